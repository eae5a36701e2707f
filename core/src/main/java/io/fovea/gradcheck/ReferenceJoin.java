package io.fovea.gradcheck;

import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The layers with several inputs in double, from their formulas: part of {@link ReferenceStep}. */
record ReferenceJoin(List<Shape> shapes, List<double[]> inputs, Shape whole) {
  /** y[i] += element i of each input, or the channel's element of a narrow input. */
  void sum(double[] y) {
    for (int k = 0; k < inputs.size(); k++) {
      for (int i = 0; i < y.length; i++) {
        y[i] += inputs.get(k)[place(k, i)];
      }
    }
  }

  ReferenceStep.Gradients sumGradients(double[] dy) {
    List<double[]> gradients = zeros();
    for (int k = 0; k < inputs.size(); k++) {
      for (int i = 0; i < dy.length; i++) {
        gradients.get(k)[place(k, i)] += dy[i];
      }
    }
    return new ReferenceStep.Gradients(gradients, Map.of());
  }

  void product(double[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] = inputs.get(0)[place(0, i)] * inputs.get(1)[place(1, i)];
    }
  }

  ReferenceStep.Gradients productGradients(double[] dy) {
    List<double[]> gradients = zeros();
    for (int i = 0; i < dy.length; i++) {
      gradients.get(0)[place(0, i)] += dy[i] * inputs.get(1)[place(1, i)];
      gradients.get(1)[place(1, i)] += dy[i] * inputs.get(0)[place(0, i)];
    }
    return new ReferenceStep.Gradients(gradients, Map.of());
  }

  private List<double[]> zeros() {
    List<double[]> zeros = new ArrayList<>();
    inputs.forEach(input -> zeros.add(new double[input.length]));
    return zeros;
  }

  /** The index in input k for element i of the result. */
  private int place(int k, int i) {
    int elements = shapes.get(k).elements();
    return elements == whole.elements() ? i : i / whole.elements() * elements + i % elements;
  }

  void concatenate(double[] y) {
    copyChannels(inputs, y, true);
  }

  ReferenceStep.Gradients concatenateGradients(double[] dy) {
    List<double[]> parts = zeros();
    copyChannels(parts, dy, false);
    return new ReferenceStep.Gradients(parts, Map.of());
  }

  /** Copies between the inputs and the result of a concatenation, pixel by pixel. */
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
