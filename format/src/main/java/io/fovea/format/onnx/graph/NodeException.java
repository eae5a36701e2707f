package io.fovea.format.onnx.graph;

import java.io.Serial;

/** A node that cannot be computed; the message names it, with its operator and opset. */
public final class NodeException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  public NodeException(String message) {
    super(message);
  }
}
