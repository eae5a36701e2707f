package io.fovea.inference;

/** Receives the calls that a {@link Classifier} has computed, for meters. */
@FunctionalInterface
public interface CallListener {
  /**
   * Called after a call was computed, on the caller's thread, which gets the exceptions of this
   * method.
   *
   * @param images the number of images; a batch of a {@link BatchingClassifier} is one call
   * @param nanoseconds the duration, including the wait for a permit to compute
   */
  void computed(int images, long nanoseconds);
}
