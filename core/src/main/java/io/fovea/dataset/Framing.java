package io.fovea.dataset;

/** How a picture of another size is brought to the size of a model's input. */
public enum Framing {
  /** The full picture, scaled by different factors horizontally and vertically. */
  STRETCH,
  /**
   * The largest rectangle of the wanted aspect ratio about the centre, resized: nothing is
   * distorted, and the rest is cut off. The same as torchvision's Resize of the shorter side
   * followed by CenterCrop, except for rounding.
   */
  CROP,
  /**
   * The ink of a drawing or photograph, light on black, size-normalised and centred as MNIST's
   * digits are: see {@link io.fovea.preprocessing.DigitFraming}. Pictures that already have the
   * size are not changed.
   */
  DIGIT
}
