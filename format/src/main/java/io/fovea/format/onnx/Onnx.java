package io.fovea.format.onnx;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.export.NetworkExport;
import io.fovea.format.onnx.graph.OnnxWriter;
import io.fovea.network.Network;
import java.nio.file.Path;

/**
 * Networks as ONNX files, both ways (onnx.ai); docs/onnx.md lists the operators.
 *
 * <p>Written files have opset {@value NetworkExport#OPSET}: input "input" (N, C, H, W) with N open,
 * output "output", the nodes and weights under the network's names, labels and preprocessing as
 * {@link io.fovea.format.ModelMetadata} in the file's metadata. The same model gives the same
 * bytes.
 */
public final class Onnx {
  private Onnx() {}

  /**
   * Writes a network whose output are logits, atomically: see {@link io.fovea.file.AtomicFile}.
   *
   * @throws FormatException if it cannot be written; the previous file, if any, is untouched
   * @throws IllegalArgumentException if a layer is one of your own; the message names it
   */
  public static void write(Network network, Path file) throws FormatException {
    OnnxWriter.write(NetworkExport.graph(network, false), file);
  }

  /**
   * The same with a softmax at its end, so that probabilities come out.
   *
   * @throws FormatException if it cannot be written; the previous file, if any, is untouched
   * @throws IllegalArgumentException if a layer is one of your own; the message names it
   */
  public static void writeWithSoftmax(Network network, Path file) throws FormatException {
    OnnxWriter.write(NetworkExport.graph(network, true), file);
  }
}
