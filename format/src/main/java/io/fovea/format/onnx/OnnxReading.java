package io.fovea.format.onnx;

import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.Optional;

/**
 * Options for reading an ONNX file as a network.
 *
 * @param optimising whether batch normalisations and scales are folded into convolutions and dense
 *     layers, and dropout is removed; otherwise the layers are those of the file
 * @param image the shape of one image, (C, H, W), if the file leaves it open
 * @param preprocessing how pixels become inputs; it overrides the preprocessing in the file's
 *     metadata, which only files written by Fovea have
 */
public record OnnxReading(
    boolean optimising, Optional<Shape> image, Optional<Preprocessing> preprocessing) {
  /** Optimised, with the shape of the file. */
  public static OnnxReading standard() {
    return new OnnxReading(true, Optional.empty(), Optional.empty());
  }

  /** The same without optimisation, for further training. */
  public OnnxReading unoptimised() {
    return new OnnxReading(false, image, preprocessing);
  }

  /** The same for images of a shape (C, H, W). */
  public OnnxReading images(Shape shape) {
    return new OnnxReading(optimising, Optional.of(shape), preprocessing);
  }

  /**
   * The same with the preprocessing that the network was trained with, such as {@link
   * Preprocessing#imageNet()}; it overrides that of the file.
   */
  public OnnxReading preprocessing(Preprocessing stated) {
    return new OnnxReading(optimising, image, Optional.of(stated));
  }
}
