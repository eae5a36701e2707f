package io.fovea.format.onnx;

import io.fovea.tensor.Shape;
import java.util.Optional;

/**
 * How an ONNX file becomes a network.
 *
 * @param optimising whether batch normalisations and scales are folded into convolutions and dense
 *     layers, and dropout is left out; without, the layers stay as the file has them
 * @param image the shape of one image, (C, H, W), where the file leaves it open
 */
public record OnnxReading(boolean optimising, Optional<Shape> image) {
  /** Optimised, with the shape that the file says. */
  public static OnnxReading standard() {
    return new OnnxReading(true, Optional.empty());
  }

  /** The same with the layers as the file has them, for further training. */
  public OnnxReading unoptimised() {
    return new OnnxReading(false, image);
  }

  /** The same for images of a shape (C, H, W). */
  public OnnxReading images(Shape shape) {
    return new OnnxReading(optimising, Optional.of(shape));
  }
}
