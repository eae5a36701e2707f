package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A model as tasks know it: its digest, and where its bytes are.
 *
 * @param digest of the bytes
 * @param bytes sent to each executor once
 */
record ModelOnExecutors(String digest, Broadcast<byte[]> bytes) implements Serializable {
  /** A classifier for the present task, which gets it back when the task ends, however it ends. */
  Classifier borrowForTask() {
    SharedModel model = SharedModel.of(digest, bytes::value);
    Classifier classifier = model.borrow();
    @Nullable TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener giveBack = ended -> model.giveBack(classifier);
      task.addTaskCompletionListener(giveBack);
    }
    return classifier;
  }
}
