package io.fovea.inference;

/** Hears of the calls that a {@link Classifier} has computed: for meters. */
@FunctionalInterface
public interface CallListener {
  /**
   * A call was computed. Called on the caller's thread, which gets what this method throws.
   *
   * @param images how many images it had; those of a batch that a {@link BatchingClassifier} has
   *     gathered are one call
   * @param nanoseconds how long it took, the wait for a turn to compute included
   */
  void computed(int images, long nanoseconds);
}
