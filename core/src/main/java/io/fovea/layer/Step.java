package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The result of a layer's forward pass: its output and its backward pass. Valid until the next
 * forward pass on the same workspace; a later {@link #backward} throws instead of computing with
 * overwritten values.
 */
public final class Step {
  /**
   * The backward pass: from the gradient of the output to the gradients of the inputs; parameter
   * gradients go to the workspace.
   */
  @FunctionalInterface
  public interface Backward {
    /**
     * Computes the gradients.
     *
     * @param dy the gradient of the output
     * @return one gradient an input; an empty list where {@link LayerContext#needsInputGradient()}
     *     is false
     */
    List<Tensor> run(Tensor dy);
  }

  private final NodeContext node;
  private final long generation;
  private final Tensor output;
  private final Backward backward;

  private Step(NodeContext node, Tensor output, Backward backward) {
    this.node = node;
    this.generation = node.generation();
    this.output = output;
    this.backward = backward;
  }

  /** A step of the node's present forward pass. */
  public static Step of(LayerContext context, Tensor output, Backward backward) {
    return of((NodeContext) context, output, backward);
  }

  static Step of(NodeContext node, Tensor output, Backward backward) {
    return new Step(node, output, backward);
  }

  /** Work on one image: fills its part of the first tensor from the second one. */
  @FunctionalInterface
  interface ImageWork {
    void run(Tensor to, Tensor from, int n);
  }

  /** The step of a layer without weights that computes each image by itself, in parallel. */
  static Step ofImages(
      Layer layer, Tensor x, NodeContext node, ImageWork forward, ImageWork backward) {
    Tensor y = node.output(layer.output(List.of(x.shape())), x.count());
    node.workers().run(x.count(), (n, worker) -> forward.run(y, x, n));
    return of(
        node,
        y,
        dy ->
            node.inputGradient(
                x.shape(),
                dy.count(),
                dx -> node.workers().run(dy.count(), (n, worker) -> backward.run(dx, dy, n))));
  }

  /** The output, y. */
  public Tensor output() {
    return output;
  }

  /**
   * The gradients of the inputs for the gradient of the output.
   *
   * @throws IllegalStateException if the workspace has run another forward pass since
   * @throws IllegalArgumentException if dy has not the output's shape
   */
  public List<Tensor> backward(Tensor dy) {
    if (generation != node.generation()) {
      throw new IllegalStateException(
          "%s: backward of a step whose workspace has run another forward pass since; call backward first, or use a workspace each"
              .formatted(node.name()));
    }
    if (dy.count() != output.count() || dy.shape().elements() != output.shape().elements()) {
      throw new IllegalArgumentException(
          node.name() + ": backward expects a gradient of " + output + ", got " + dy);
    }
    return backward.run(dy);
  }
}
