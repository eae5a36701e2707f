package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** BatchNormalization, InstanceNormalization, GroupNormalization, LayerNormalization, LRN. */
final class Normalisations {
  private Normalisations() {}

  static void batch(Site site) {
    OnnxNode node = site.node();
    boolean trains = node.integer("training_mode", 0) != 0 || node.integer("is_test", 1) == 0;
    if (trains || node.integer("spatial", 1) == 0) {
      throw new IllegalArgumentException(
          "normalises by the batch at hand, or each pixel apart; core does by running statistics a channel");
    }
    float epsilon = node.number("epsilon", 1e-5f);
    // What stays of the statistics, as decimals: 0.9 leaves 0.1, not 0.100000024.
    double stays = Double.parseDouble(Float.toString(node.number("momentum", 0.9f)));
    float momentum = (float) Math.clamp(1 - stays, 0, 1);
    Computed x = site.computed(0);
    int channels = site.constant(1).size();
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", site.floats(1, channels));
    weights.put("bias", site.floats(2, channels));
    weights.put("running_mean", site.floats(3, channels));
    weights.put("running_var", site.floats(4, channels));
    if (x.axes().rank() == 2) {
      row(site, x, weights, epsilon);
      return;
    }
    int maps = site.maps(0);
    Convolutions.requireChannels(site.shape(maps), channels);
    site.outputMaps(site.add(new BatchNorm2d(epsilon, momentum), List.of(maps), weights));
  }

  /**
   * Core normalises maps; of a row, what running statistics come to is kept: a scale and a shift.
   */
  private static void row(Site site, Computed x, Map<String, float[]> weights, float epsilon) {
    Affine affine = Affine.ofBatchNorm(weights, epsilon);
    Shape shape = site.shape(x.place());
    boolean plain = x.axes().equals(Axes.of(Shape.of(shape.elements())));
    if (!plain || affine.channels() != shape.elements()) {
      throw new IllegalArgumentException(
          "expects %d features a row, got %s of %s".formatted(affine.channels(), x.axes(), shape));
    }
    int row = site.scope().row(x.place(), site.viewName(x));
    site.output(
        new Computed(site.add(new ChannelAffine(true), List.of(row), affine.weights()), x.axes()));
  }

  /** Also of groups: axis 1 may hold the groups, and what follows their channels and pixels. */
  static void instance(Site site) {
    float epsilon = site.node().number("epsilon", 1e-5f);
    Computed x = site.computed(0);
    Shape maps = site.shape(x.place());
    int groups = maps.rank() == 3 ? groups(x.axes(), maps) : 0;
    if (groups == 0) {
      throw new IllegalArgumentException(
          "expects channels, or groups of neighbours, as the second axis, got " + x.axes());
    }
    normalise(site, x, groups, epsilon, site.floats(1, groups), site.floats(2, groups));
  }

  /** The size of axis 1 where it counts groups of neighbouring channels, else 0. */
  private static int groups(Axes axes, Shape maps) {
    if (axes.rank() < 3 || !axes.axes().getFirst().equals(List.of(Factor.BATCH))) {
      return 0;
    }
    List<Factor> second = axes.axes().get(1);
    if (second.isEmpty()) {
      return 1;
    }
    Factor groups = second.getFirst();
    boolean outermost =
        second.size() == 1
            && groups.origin() == Factor.Origin.CHANNEL
            && groups.size() * groups.stride() == maps.size(0);
    return outermost ? groups.size() : 0;
  }

  static void group(Site site) {
    int groups = Math.toIntExact(site.node().integer("num_groups", 1));
    float epsilon = site.node().number("epsilon", 1e-5f);
    int maps = site.maps(0);
    int count = site.constant(1).size();
    normalise(
        site,
        new Computed(maps, Axes.of(site.shape(maps))),
        groups,
        epsilon,
        site.floats(1, count),
        site.floats(2, count));
  }

  private static void normalise(
      Site site, Computed x, int groups, float epsilon, float[] scale, float[] shift) {
    int channels = site.shape(x.place()).size(0);
    Map<String, float[]> weights =
        Map.of("weight", spread(scale, channels), "bias", spread(shift, channels));
    int place = site.add(new GroupNorm(groups, epsilon), List.of(x.place()), weights);
    site.output(new Computed(place, x.axes()));
  }

  /** A number a group as a number a channel. */
  private static float[] spread(float[] values, int channels) {
    if (channels % values.length != 0) {
      throw new IllegalArgumentException(
          "expects a number for each of %d channels or their groups, got %d"
              .formatted(channels, values.length));
    }
    float[] all = new float[channels];
    for (int c = 0; c < channels; c++) {
      all[c] = values[c / (channels / values.length)];
    }
    return all;
  }

  /** Over all of an image, in core's order of its elements. */
  static void layer(Site site) {
    Computed x = site.computed(0);
    Shape shape = site.shape(x.place());
    int axis = site.axis(site.node().integer("axis", -1), x.axes().rank());
    boolean inOrder =
        x.axes().equals(Axes.of(shape)) || x.axes().equals(Axes.of(Shape.of(shape.elements())));
    boolean flattened = x.axes().rank() == 2 && RowOrder.isLogical(x.axes(), shape);
    if (axis != 1 || !(inOrder || flattened)) {
      throw new IllegalArgumentException(
          "normalises from axis %d of %s on; core does over all of an image, from axis 1 of N,C,H,W or N,F"
              .formatted(axis, x.axes()));
    }
    int elements = shape.elements();
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", site.floats(1, elements));
    weights.put("bias", site.node().hasInput(2) ? site.floats(2, elements) : new float[elements]);
    site.through(new LayerNorm(site.node().number("epsilon", 1e-5f)), weights);
  }

  static void localResponse(Site site) {
    OnnxNode node = site.node();
    int size = Math.toIntExact(node.integer("size", 1));
    site.onMaps(
        new LocalResponseNorm(
            size, node.number("alpha", 1e-4f), node.number("beta", 0.75f), node.number("bias", 1)),
        Map.of());
  }
}
