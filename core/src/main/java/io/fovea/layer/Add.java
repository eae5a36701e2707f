package io.fovea.layer;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Collections;
import java.util.List;

/**
 * The sum of inputs of one shape, as in residual networks: y = x0 + x1 + ...; every input gets dy
 * (He et al., arXiv 1512.03385).
 */
public record Add() implements Layer {
  @Override
  public String type() {
    return "add";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("add expects at least 2 inputs, got " + inputs.size());
    }
    for (Shape shape : inputs) {
      if (!shape.equals(inputs.getFirst())) {
        throw new IllegalArgumentException(
            "add expects inputs of one shape, got "
                + inputs
                + (shape.elements() == inputs.getFirst().elements() && shape.rank() == 1
                    ? " flattened from different shapes; add before flatten"
                    : "; match them with a 1x1 convolution"));
      }
    }
    return inputs.getFirst();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    Tensor first = inputs.getFirst();
    Tensor y = workspace.output(first.shape(), first.count());
    int elements = first.shape().elements();
    workspace
        .workers()
        .run(
            first.count(),
            (n, worker) -> {
              int yAt = y.offset() + n * elements;
              int at = first.offset() + n * elements;
              System.arraycopy(first.array(), at, y.array(), yAt, elements);
              for (int k = 1; k < inputs.size(); k++) {
                accumulate(y.array(), yAt, inputs.get(k), n, elements);
              }
            });
    return Step.of(workspace, y, dy -> Collections.nCopies(inputs.size(), dy));
  }

  private static void accumulate(float[] y, int yAt, Tensor x, int n, int elements) {
    int xAt = x.offset() + n * elements;
    for (int i = 0; i < elements; i++) {
      y[yAt + i] += x.array()[xAt + i];
    }
  }
}
