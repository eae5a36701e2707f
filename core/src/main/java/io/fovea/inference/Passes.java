package io.fovea.inference;

import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.tensor.Tensor;
import java.util.function.Supplier;

/**
 * The inference passes of a classifier: a lone call's on all threads, a concurrent one's on its
 * own.
 */
record Passes(PackedWeights weights, WorkspacePool pool, PassSizes sizes, CallListener listener) {
  /** Receives the outputs of some images while they are valid. */
  interface Sink {
    /** Receives the outputs of the images from {@code at} on. */
    void accept(int at, Tensor outputs);
  }

  void compute(Supplier<Tensor> inputs, Sink sink) {
    long begin = System.nanoTime();
    Tensor x = null;
    int done = 0;
    do {
      int turns = pool.take();
      try {
        if (x == null) {
          x = inputs.get();
        }
        done += pool.isAll(turns) ? together(sink, done, x) : alone(sink, done, x);
      } finally {
        pool.giveBack(turns);
      }
    } while (done < x.count());
    listener.computed(done, System.nanoTime() - begin);
  }

  /**
   * Computes as many of the remaining images as one pass may have, on all threads; returns their
   * number.
   */
  private int together(Sink sink, int from, Tensor x) {
    int count = Math.min(Classifier.LARGEST_BATCH, x.count() - from);
    if (count < 2 * sizes.group()) {
      pass(sink, from, x.slice(from, count), pool.together(), count);
      return count;
    }
    int group = sizes.group();
    int chunks = (count + group - 1) / group;
    pool.workers()
        .run(
            chunks,
            (chunk, worker) -> {
              int own = from + chunk * group;
              borrowed(sink, own, x.slice(own, Math.min(group, from + count - own)));
            });
    return count;
  }

  /** Computes a group of the remaining images on this thread; returns their number. */
  int alone(Sink sink, int from, Tensor x) {
    int count = Math.min(sizes.group(), x.count() - from);
    borrowed(sink, from, x.slice(from, count));
    return count;
  }

  private void borrowed(Sink sink, int at, Tensor x) {
    Workspace workspace = pool.borrow();
    try {
      pass(sink, at, x, workspace, sizes.atOnce());
    } finally {
      pool.bringBack(workspace);
    }
  }

  void pass(Sink sink, int at, Tensor x, Workspace workspace, int imagesAtOnce) {
    if (x.count() == 0) {
      return;
    }
    workspace.beginWatch();
    workspace.beginInference();
    Tensor y = Tape.inference(weights, workspace, x, imagesAtOnce);
    workspace.endWatch(weights.graph(), x.count());
    sink.accept(at, y);
  }
}
