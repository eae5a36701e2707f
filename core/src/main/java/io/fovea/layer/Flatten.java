package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Feature maps (C, H, W) as one row of features. Nothing moves in memory: the shape remembers where
 * the features came from, and a dense layer behind it arranges its columns to match. The logical
 * order is (C, H, W), that of PyTorch's Flatten and of ONNX's with axis 1.
 */
public record Flatten() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs).flattened();
  }

  Step forward(Tensor x, NodeContext workspace) {
    return Step.of(workspace, x.as(x.shape().flattened()), dy -> List.of(dy.as(x.shape())));
  }
}
