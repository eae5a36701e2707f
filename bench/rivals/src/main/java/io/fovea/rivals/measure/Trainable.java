package io.fovea.rivals.measure;

/** A network in training, in whichever library. */
public interface Trainable {
  /** Goes on training until the listener stops it. */
  void train(StepListener listener);
}
