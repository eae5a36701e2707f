package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import java.lang.ref.SoftReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * A model in the memory of one executor: its tasks share the weights, and each computes with its
 * own classifier of one thread, so that a task uses its one core. It is held by a soft reference,
 * so an unused model is freed when memory is short.
 */
final class SharedModel {
  private static final ConcurrentMap<String, SoftReference<SharedModel>> MODELS =
      new ConcurrentHashMap<>();

  private final Classifier weights;
  private final ConcurrentLinkedQueue<Classifier> idle = new ConcurrentLinkedQueue<>();

  private SharedModel(ModelBytes model) {
    this.weights =
        Classifier.of(model.network("of the driver", warning -> {}), 1, KernelSet.fastest());
  }

  /**
   * The model with this digest; concurrent tasks load it once, and the bytes are read only then.
   */
  static SharedModel of(String digest, Supplier<byte[]> bytes) {
    SharedModel[] found = new SharedModel[1];
    MODELS.compute(
        digest,
        (key, reference) -> {
          SharedModel present = reference == null ? null : reference.get();
          found[0] = present != null ? present : new SharedModel(ModelBytes.of(bytes.get()));
          return present != null ? reference : new SoftReference<>(found[0]);
        });
    return found[0];
  }

  /** A classifier for one task, with the workspaces of an earlier task. */
  Classifier borrow() {
    Classifier classifier = idle.poll();
    return classifier != null ? classifier : weights.withThreads(1);
  }

  /** Returns a classifier for the next task. */
  void giveBack(Classifier classifier) {
    idle.add(classifier);
  }

  /** The number of idle classifiers, for tests. */
  int idle() {
    return idle.size();
  }
}
