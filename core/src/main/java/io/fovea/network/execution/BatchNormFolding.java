package io.fovea.network.execution;

import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Folds batch normalisations into the convolutions before them, for inference. There the statistics
 * are constants, so that both layers are one convolution (Jacob et al., arXiv 1712.05877, section
 * 3.2):
 *
 * <pre>
 * s[o] = gamma[o] / sqrt(variance[o] + epsilon)
 * w'[o,c,u,v] = s[o] * w[o,c,u,v]      b'[o] = s[o] * (b[o] - mean[o]) + beta[o]
 * </pre>
 *
 * computed in double and rounded once; scale and shift of channels ({@link ChannelAffine})
 * likewise, with s their scale. A normalisation is folded where its input is a convolution that no
 * other node reads; behind a pooling it stays, since a negative gamma would make the largest value
 * the smallest. All other nodes keep their names; readers of the normalisation read the convolution
 * instead.
 */
public final class BatchNormFolding extends RewrittenNetwork {
  private final Map<String, List<String>> folded = new HashMap<>(); // conv -> its normalisations

  private BatchNormFolding(Graph graph) {
    super(graph);
    for (Graph.Node node : graph.nodes()) {
      Graph.Node convolution = convolutionBefore(node);
      if (convolution != null) {
        stands.put(node.name(), convolution.name());
        folded.computeIfAbsent(convolution.name(), name -> new ArrayList<>()).add(node.name());
      }
    }
  }

  /** A network with fewer nodes and the same outputs, except for rounding. */
  public static Network of(Network network) {
    BatchNormFolding folding = new BatchNormFolding(network.graph());
    return folding.folded.isEmpty() ? network : folding.rewritten(network);
  }

  /**
   * The convolution that a node is folded into: it, or a normalisation folded into it, is the
   * node's input and has no other reader.
   */
  private Graph.@Nullable Node convolutionBefore(Graph.Node node) {
    if (!(node.layer() instanceof BatchNorm2d || node.layer() instanceof ChannelAffine)) {
      return null;
    }
    String before = node.inputs().getFirst();
    Graph.Node source = nodes.get(stands.getOrDefault(before, before));
    boolean alone = readers.getOrDefault(before, 0) == 1;
    return alone && source != null && source.layer() instanceof Conv2d ? source : null;
  }

  @Override
  @Nullable Layer replaced(Graph.Node node, Weights weights, Map<String, float[]> values) {
    List<String> normalisations = folded.get(node.name());
    if (normalisations == null || !(node.layer() instanceof Conv2d conv)) {
      return null;
    }
    fold(node.name(), conv, normalisations, weights, values);
    return new Conv2d(conv.filters(), conv.window(), conv.groups(), true);
  }

  private void fold(
      String name,
      Conv2d conv,
      List<String> normalisations,
      Weights weights,
      Map<String, float[]> values) {
    float[] w = weights.shared(name + ".weight");
    double[] scale = new double[conv.filters()];
    double[] shift = new double[conv.filters()];
    for (int o = 0; o < scale.length; o++) {
      scale[o] = 1;
      shift[o] = conv.bias() ? weights.shared(name + ".bias")[o] : 0;
    }
    for (String normalisation : normalisations) {
      Graph.Node node = nodes.get(normalisation);
      if (node != null && node.layer() instanceof BatchNorm2d norm) {
        normalise(scale, shift, normalisation, norm.epsilon(), weights);
      } else if (node != null && node.layer() instanceof ChannelAffine affine) {
        scale(scale, shift, normalisation, affine, weights);
      }
    }
    float[] scaled = new float[w.length];
    float[] bias = new float[scale.length];
    int taps = w.length / scale.length;
    for (int o = 0; o < scale.length; o++) {
      for (int t = o * taps; t < (o + 1) * taps; t++) {
        scaled[t] = (float) (scale[o] * w[t]);
      }
      bias[o] = (float) shift[o];
    }
    values.put(name + ".weight", scaled);
    values.put(name + ".bias", bias);
  }

  /** Replaces y = scale * x + shift by weight * y + bias. */
  private static void scale(
      double[] scale, double[] shift, String node, ChannelAffine affine, Weights weights) {
    float[] w = weights.shared(node + ".weight");
    float[] b = affine.bias() ? weights.shared(node + ".bias") : new float[w.length];
    for (int o = 0; o < w.length; o++) {
      scale[o] *= w[o];
      shift[o] = w[o] * shift[o] + b[o];
    }
  }

  /** Replaces y = scale * x + shift by s * (y - mean) + beta. */
  private static void normalise(
      double[] scale, double[] shift, String node, float epsilon, Weights weights) {
    float[] gamma = weights.shared(node + ".weight");
    float[] beta = weights.shared(node + ".bias");
    float[] mean = weights.shared(node + ".running_mean");
    float[] variance = weights.shared(node + ".running_var");
    for (int o = 0; o < scale.length; o++) {
      double s = gamma[o] / Math.sqrt((double) variance[o] + epsilon);
      scale[o] *= s;
      shift[o] = s * (shift[o] - mean[o]) + beta[o];
    }
  }
}
