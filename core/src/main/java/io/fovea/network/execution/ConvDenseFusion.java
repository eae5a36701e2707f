package io.fovea.network.execution;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a convolution and the dense layer behind it by one dense layer, for inference. Without
 * an activation between them both are one affine map of the convolution's input, whose rows are the
 * convolution's input gradients for the dense layer's rows:
 *
 * <pre>
 * w'[k,c,y,x] = sum over o,u,v of w[k,o,i,j] * filter[o,c,u,v]      where i*stride + u*dilation - pad = y, and j likewise x
 * b'[k] = b[k] + sum over o,i,j of w[k,o,i,j] * bias[o]
 * </pre>
 *
 * computed in double and rounded once. Only flatten and dropout, which are the identity at
 * inference, may be between the two, and no other node may read the convolution. It is done where
 * the one layer has no more weights than the two, hence less to compute, and where computing its
 * weights does not delay a start. Nodes keep their names; the convolution is removed.
 */
final class ConvDenseFusion extends RewrittenNetwork {
  /**
   * The most multiply-adds for computing the weights: half a second of one thread in a JVM that has
   * just started.
   */
  private static final int MOST_WORK = Integer.MAX_VALUE;

  private final Map<String, Graph.Node> before = new HashMap<>(); // dense -> its convolution

  ConvDenseFusion(Graph graph) {
    super(graph);
    for (Graph.Node node : graph.nodes()) {
      Graph.Node convolution = convolutionBefore(node);
      if (convolution != null && isWorthIt(node, convolution)) {
        before.put(node.name(), convolution);
        stands.put(convolution.name(), convolution.inputs().getFirst());
      }
    }
  }

  /** The convolution whose output, passed on unchanged, has a dense layer as its only reader. */
  private Graph.@Nullable Node convolutionBefore(Graph.Node node) {
    if (!(node.layer() instanceof Dense)) {
      return null;
    }
    Graph.Node source = node;
    do {
      String name = source.inputs().getFirst();
      source = nodes.get(name);
      if (source == null || readers.getOrDefault(name, 0) != 1) {
        return null;
      }
    } while (source.layer() instanceof Flatten
        || source.layer() instanceof Dropout
        || source.layer() instanceof Dropout2d);
    return source.layer() instanceof Conv2d ? source : null;
  }

  private boolean isWorthIt(Graph.Node dense, Graph.Node convolution) {
    Conv2dGeometry g = geometry(convolution);
    long outputs = graph.shape(dense.name()).elements();
    long own = outputs * g.inputElements();
    long both = outputs * g.outputElements() + g.weights();
    return own <= both && outputs * FusedDenseWeights.work(g) <= MOST_WORK;
  }

  private Conv2dGeometry geometry(Graph.Node node) {
    Shape x = graph.inputShapes(node).getFirst();
    Conv2d conv = (Conv2d) node.layer();
    return new Conv2dGeometry(
        x.size(0), x.size(1), x.size(2), conv.filters(), conv.groups(), conv.window());
  }

  boolean isUseful() {
    return !before.isEmpty();
  }

  @Override
  @Nullable Layer replaced(Graph.Node node) {
    return before.containsKey(node.name()) && node.layer() instanceof Dense dense
        ? new Dense(dense.outputs(), true)
        : null;
  }

  @Override
  void weights(Graph.Node node, Function<String, float[]> own, Map<String, float[]> values) {
    Graph.Node convolution = before.get(node.name());
    if (convolution != null && node.layer() instanceof Dense dense) {
      fuse(node, dense, convolution, own, values);
    }
  }

  private void fuse(
      Graph.Node node,
      Dense dense,
      Graph.Node convolution,
      Function<String, float[]> own,
      Map<String, float[]> values) {
    Conv2d conv = (Conv2d) convolution.layer();
    FusedDenseWeights fused = new FusedDenseWeights(geometry(convolution));
    float[] w = own.apply(node.name() + ".weight");
    float[] b = dense.bias() ? own.apply(node.name() + ".bias") : new float[dense.outputs()];
    float[] filters = own.apply(convolution.name() + ".weight");
    values.put(node.name() + ".weight", fused.rows(w, filters, dense.outputs()));
    values.put(
        node.name() + ".bias",
        conv.bias() ? fused.bias(b, w, own.apply(convolution.name() + ".bias")) : b);
  }
}
