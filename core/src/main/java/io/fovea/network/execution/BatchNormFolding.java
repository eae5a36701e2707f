package io.fovea.network.execution;

import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
final class BatchNormFolding extends RewrittenNetwork {
  private final Map<String, List<String>> folded = new HashMap<>(); // conv -> its normalisations

  BatchNormFolding(Graph graph) {
    super(graph);
    for (Graph.Node node : graph.nodes()) {
      Graph.Node convolution = convolutionBefore(node);
      if (convolution != null) {
        stands.put(node.name(), convolution.name());
        folded.computeIfAbsent(convolution.name(), name -> new ArrayList<>()).add(node.name());
      }
    }
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
  @Nullable Layer replaced(Graph.Node node) {
    return folded.containsKey(node.name()) && node.layer() instanceof Conv2d conv
        ? new Conv2d(conv.filters(), conv.window(), conv.groups(), true)
        : null;
  }

  @Override
  void weights(Graph.Node node, Function<String, float[]> own, Map<String, float[]> values) {
    if (node.layer() instanceof Conv2d conv) {
      fold(node.name(), conv, folded.getOrDefault(node.name(), List.of()), own, values);
    }
  }

  private void fold(
      String name,
      Conv2d conv,
      List<String> normalisations,
      Function<String, float[]> own,
      Map<String, float[]> values) {
    float[] w = own.apply(name + ".weight");
    double[] scale = new double[conv.filters()];
    double[] shift = new double[conv.filters()];
    for (int o = 0; o < scale.length; o++) {
      scale[o] = 1;
      shift[o] = conv.bias() ? own.apply(name + ".bias")[o] : 0;
    }
    // In the order of the graph: each scales the shift that the ones before it have left.
    for (String normalisation : normalisations) {
      Graph.Node node = nodes.get(normalisation);
      if (node != null && node.layer() instanceof BatchNorm2d norm) {
        normalise(scale, shift, normalisation, norm.epsilon(), own);
      } else if (node != null && node.layer() instanceof ChannelAffine affine) {
        scale(scale, shift, normalisation, affine, own);
      }
    }
    // Rounded once, at the end: a float in between would cost an ulp for each normalisation.
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
      double[] scale,
      double[] shift,
      String node,
      ChannelAffine affine,
      Function<String, float[]> own) {
    float[] w = own.apply(node + ".weight");
    float[] b = affine.bias() ? own.apply(node + ".bias") : new float[w.length];
    for (int o = 0; o < w.length; o++) {
      scale[o] *= w[o];
      shift[o] = w[o] * shift[o] + b[o];
    }
  }

  /** Replaces y = scale * x + shift by s * (y - mean) + beta. */
  private static void normalise(
      double[] scale, double[] shift, String node, float epsilon, Function<String, float[]> own) {
    float[] gamma = own.apply(node + ".weight");
    float[] beta = own.apply(node + ".bias");
    float[] mean = own.apply(node + ".running_mean");
    float[] variance = own.apply(node + ".running_var");
    for (int o = 0; o < scale.length; o++) {
      double s = gamma[o] / Math.sqrt((double) variance[o] + epsilon);
      scale[o] *= s;
      shift[o] = s * (shift[o] - mean[o]) + beta[o];
    }
  }
}
