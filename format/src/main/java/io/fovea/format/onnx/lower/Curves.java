package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.Clip;
import io.fovea.layer.Elu;
import io.fovea.layer.Gelu;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.Layer;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.PRelu;
import io.fovea.layer.Relu;
import io.fovea.layer.Selu;
import io.fovea.layer.Silu;
import io.fovea.layer.Softmax;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Activations: functions of each element, PRelu and Softmax. */
final class Curves {
  private Curves() {}

  /** A layer for every element, without facts of its own. */
  static void plain(Site site, Layer layer) {
    site.through(layer, Map.of());
  }

  static void leakyRelu(Site site) {
    plain(site, new LeakyRelu(site.node().number("alpha", 0.01f)));
  }

  static void elu(Site site) {
    plain(site, new Elu(site.node().number("alpha", 1)));
  }

  static void selu(Site site) {
    Selu usual = new Selu();
    plain(
        site,
        new Selu(
            site.node().number("alpha", usual.alpha()),
            site.node().number("gamma", usual.gamma())));
  }

  static void gelu(Site site) {
    plain(site, new Gelu(site.node().text("approximate", "none").equals("tanh")));
  }

  static void hardSigmoid(Site site) {
    OnnxNode node = site.node();
    plain(site, new HardSigmoid(node.number("alpha", 0.2f), node.number("beta", 0.5f)));
  }

  /** x * sigmoid(alpha * x). */
  static void swish(Site site) {
    if (site.node().number("alpha", 1) != 1) {
      throw new IllegalArgumentException("has an alpha other than 1");
    }
    plain(site, new Silu());
  }

  /** Bounds are attributes in opsets up to 10, inputs from 11 on. */
  static void clip(Site site) {
    float min = bound(site, "min", 1, Float.NEGATIVE_INFINITY);
    float max = bound(site, "max", 2, Float.POSITIVE_INFINITY);
    if (min == Float.NEGATIVE_INFINITY && max == Float.POSITIVE_INFINITY) {
      Views.same(site);
      return;
    }
    boolean rectifies = min == 0 && max == Float.POSITIVE_INFINITY;
    plain(site, rectifies ? new Relu() : new Clip(min, max));
  }

  private static float bound(Site site, String name, int input, float open) {
    float bound =
        site.node().hasInput(input) ? site.floats(input, 1)[0] : site.node().number(name, open);
    // Exporters write the largest float for no bound.
    return Math.abs(bound) == Float.MAX_VALUE ? open : bound;
  }

  static void prelu(Site site) {
    Computed x = site.computed(0);
    float[] slopes = Channels.of(site.constant(1), x.axes(), site.shape(x.place()));
    site.perChannel(new PRelu(slopes.length == 1), Map.of("weight", slopes));
  }

  /** Over the channels of each pixel, or all features of a row. */
  static void softmax(Site site) {
    Computed x = site.computed(0);
    Shape shape = site.shape(x.place());
    if (!isOverChannels(site, x, shape)) {
      throw new IllegalArgumentException(
          "goes over other axes than the channels, or all features of a row, of " + x.axes());
    }
    site.through(new Softmax(), Map.of());
  }

  /** True for an end of a network that classifiers have anyway. */
  static boolean isOverChannels(Site site, Computed x, Shape shape) {
    int rank = x.axes().rank();
    boolean old = site.opset() < 13;
    int axis = site.axis(site.node().integer("axis", old ? 1 : -1), rank);
    List<List<Factor>> over =
        old ? x.axes().axes().subList(axis, rank) : List.of(x.axes().axes().get(axis));
    List<Factor> factors = over.stream().flatMap(List::stream).toList();
    if (factors.equals(Axes.whole(Factor.Origin.CHANNEL, shape.size(0)))) {
      return true;
    }
    boolean all = factors.size() == x.axes().factors().size() - 1;
    return rank == 2 && all && RowOrder.isLogical(x.axes(), shape);
  }
}
