package io.fovea.rivals.measure;

/** A network in training, in whichever library. */
public interface Trainable {
  /** Goes on training for so many passes over the images, or until the listener stops it. */
  void train(int epochs, StepListener listener);
}
