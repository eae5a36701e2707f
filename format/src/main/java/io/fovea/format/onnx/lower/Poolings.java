package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Poolings over windows, over whole maps, and reductions that are such poolings. */
final class Poolings {
  private Poolings() {}

  static void max(Site site) {
    if (site.node().outputs().size() > 1 && !site.node().outputs().get(1).isEmpty()) {
      throw new IllegalArgumentException("gives indices as well, which core's pooling does not");
    }
    int x = site.maps(0);
    site.outputMaps(site.add(new MaxPool2d(window(site, x), ceil(site)), List.of(x), Map.of()));
  }

  static void average(Site site) {
    int x = site.maps(0);
    boolean counted = site.node().integer("count_include_pad", 0) != 0;
    AvgPool2d pool = new AvgPool2d(window(site, x), ceil(site), counted);
    site.outputMaps(site.add(pool, List.of(x), Map.of()));
  }

  private static Window window(Site site, int x) {
    return Windows.of(site.node(), site.node().integers("kernel_shape"), site.shape(x));
  }

  private static boolean ceil(Site site) {
    return site.node().integer("ceil_mode", 0) != 0;
  }

  static void globalAverage(Site site) {
    whole(site, AvgPool2d::new);
  }

  static void globalMax(Site site) {
    whole(site, MaxPool2d::new);
  }

  private static <L extends Layer> void whole(Site site, Function<Window, L> layer) {
    int x = site.maps(0);
    L pool = layer.apply(Scope.whole(site.shape(x)));
    site.outputMaps(site.add(pool, List.of(x), Map.of()));
  }

  static void reduceMean(Site site) {
    reduce(site, AvgPool2d::new);
  }

  static void reduceMax(Site site) {
    reduce(site, MaxPool2d::new);
  }

  /** Over all of height and width, wherever the view has them. */
  private static <L extends Layer> void reduce(Site site, Function<Window, L> layer) {
    Computed x = site.computed(0);
    Shape maps = site.shape(x.place());
    long[] axes = site.integers("axes", 1);
    List<Integer> reduced = new ArrayList<>();
    List<Factor> factors = new ArrayList<>();
    Axes left = x.axes();
    for (long given : axes) {
      int axis = site.axis(given, x.axes().rank());
      reduced.add(axis);
      factors.addAll(x.axes().axes().get(axis));
      left = left.with(axis, List.of());
    }
    List<Factor> whole = new ArrayList<>();
    if (maps.rank() == 3) {
      whole.addAll(Axes.whole(Factor.Origin.HEIGHT, maps.size(1)));
      whole.addAll(Axes.whole(Factor.Origin.WIDTH, maps.size(2)));
    }
    boolean fits = maps.rank() == 3 && factors.size() == whole.size() && factors.containsAll(whole);
    if (!fits || axes.length == 0) {
      throw new IllegalArgumentException(
          "reduces over other axes than height and width of maps (axes %s of %s)"
              .formatted(reduced, x.axes()));
    }
    int place = site.add(layer.apply(Scope.whole(maps)), List.of(x.place()), Map.of());
    boolean kept = site.node().integer("keepdims", 1) != 0;
    site.output(new Computed(place, kept ? left : left.without(reduced)));
  }
}
