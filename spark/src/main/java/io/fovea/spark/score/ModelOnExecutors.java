package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a model for tasks: its digest and its broadcast bytes.
 *
 * @param digest the digest of the bytes
 * @param bytes the bytes, sent to each executor once
 */
record ModelOnExecutors(String digest, Broadcast<byte[]> bytes) implements Serializable {
  /** A classifier for the current task, returned to the pool at the end of the task. */
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
