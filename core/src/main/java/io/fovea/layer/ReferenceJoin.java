package io.fovea.layer;

import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The layers with several inputs in double, from their formulas: part of {@link ReferenceStep}. */
final class ReferenceJoin {
  private final List<Shape> shapes;
  private final List<double[]> inputs;

  ReferenceJoin(List<Shape> shapes, List<double[]> inputs) {
    this.shapes = shapes;
    this.inputs = inputs;
  }

  void sum(double[] y) {
    for (double[] x : inputs) {
      for (int i = 0; i < y.length; i++) {
        y[i] += x[i];
      }
    }
  }

  ReferenceStep.Gradients sumGradients(double[] dy) {
    return new ReferenceStep.Gradients(inputs.stream().map(input -> dy.clone()).toList(), Map.of());
  }

  void concatenate(double[] y) {
    copyChannels(inputs, y, true);
  }

  ReferenceStep.Gradients concatenateGradients(double[] dy) {
    List<double[]> parts = new ArrayList<>();
    inputs.forEach(input -> parts.add(new double[input.length]));
    copyChannels(parts, dy, false);
    return new ReferenceStep.Gradients(parts, Map.of());
  }

  /** Between the parts and the whole of a concatenation, pixel by pixel. */
  private void copyChannels(List<double[]> parts, double[] whole, boolean join) {
    int pixels = inputs.getFirst().length / shapes.getFirst().size(0);
    int at = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int k = 0; k < parts.size(); k++) {
        int channels = shapes.get(k).size(0);
        for (int c = 0; c < channels; c++, at++) {
          if (join) {
            whole[at] = parts.get(k)[pixel * channels + c];
          } else {
            parts.get(k)[pixel * channels + c] = whole[at];
          }
        }
      }
    }
  }
}
