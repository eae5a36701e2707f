package io.fovea.dataset;

/** How a picture of another size is brought to the size of a model's input. */
public enum Framing {
  /** The whole picture; its sides change by different factors. */
  STRETCH,
  /**
   * The largest rectangle of the wanted aspect ratio about the centre, resized: nothing is
   * distorted, and what lies beyond is lost. The same as torchvision's Resize of the shorter side
   * followed by CenterCrop, but for rounding.
   */
  CROP,
  /**
   * The ink of a drawing or photograph, light on black, size-normalised and centred as MNIST's
   * digits are: see {@link DigitFraming}. Pictures that have the size are taken as they are.
   */
  DIGIT
}
