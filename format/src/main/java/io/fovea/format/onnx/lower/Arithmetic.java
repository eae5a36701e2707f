package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.NdArray;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.Add;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.Clip;
import io.fovea.layer.Layer;
import io.fovea.layer.Multiply;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Sums, products, differences and quotients, of values and constants. */
final class Arithmetic {
  private Arithmetic() {}

  static void add(Site site) {
    if (site.isKnown(0) || site.isKnown(1)) {
      int constant = site.isKnown(0) ? 0 : 1;
      affine(site, 1 - constant, v -> 1, constant, v -> v);
    } else {
      join(site, new Add(), site.computed(0), site.computed(1));
    }
  }

  static void sub(Site site) {
    if (site.isKnown(1)) {
      affine(site, 0, v -> 1, 1, v -> -v);
    } else if (site.isKnown(0)) {
      affine(site, 1, v -> -1, 0, v -> v);
    } else {
      Computed b = site.computed(1);
      Computed negative = new Computed(affine(site, b, -1), b.axes());
      join(site, new Add(), site.computed(0), negative);
    }
  }

  static void mul(Site site) {
    if (site.isKnown(0) || site.isKnown(1)) {
      int constant = site.isKnown(0) ? 0 : 1;
      affine(site, 1 - constant, v -> v, constant, v -> 0);
    } else {
      join(site, new Multiply(), site.computed(0), site.computed(1));
    }
  }

  static void div(Site site) {
    if (!site.isKnown(1)) {
      throw new IllegalArgumentException("divides by a value that the network computes");
    }
    affine(site, 0, v -> 1 / v, 1, v -> 0);
  }

  static void neg(Site site) {
    Computed x = site.computed(0);
    site.output(new Computed(affine(site, x, -1), x.axes()));
  }

  /** Sum of any number of values; constants among them are not met in practice. */
  static void sum(Site site) {
    if (site.node().inputs().size() == 1) {
      Views.same(site);
      return;
    }
    Computed[] inputs = new Computed[site.node().inputs().size()];
    Arrays.setAll(inputs, site::computed);
    join(site, new Add(), inputs);
  }

  static void max(Site site) {
    bound(site, true);
  }

  static void min(Site site) {
    bound(site, false);
  }

  /** The larger, or smaller, of a value and one number. */
  private static void bound(Site site, boolean below) {
    boolean one = site.node().inputs().size() == 2 && (site.isKnown(0) || site.isKnown(1));
    if (!one) {
      throw new IllegalArgumentException("expects a value and one constant number");
    }
    int constant = site.isKnown(0) ? 0 : 1;
    Computed x = site.computed(1 - constant);
    float bound = site.floats(constant, 1)[0];
    Layer clip =
        below ? new Clip(bound, Float.POSITIVE_INFINITY) : new Clip(Float.NEGATIVE_INFINITY, bound);
    site.output(new Computed(site.add(clip, List.of(x.place()), Map.of()), x.axes()));
  }

  /** y = scale(constant) * x + shift(constant). */
  private static void affine(
      Site site, int value, DoubleUnaryOperator scale, int constant, DoubleUnaryOperator shift) {
    Computed x = site.computed(value);
    NdArray array = site.constant(constant);
    float[] given = Channels.of(array, x.axes(), site.shape(x.place()));
    float[] weight = new float[channels(site, x)];
    float[] bias = new float[weight.length];
    boolean shifts = false;
    for (int c = 0; c < weight.length; c++) {
      double v = given[given.length == 1 ? 0 : c];
      weight[c] = (float) scale.applyAsDouble(v);
      bias[c] = (float) shift.applyAsDouble(v);
      shifts |= bias[c] != 0;
    }
    Map<String, float[]> weights =
        shifts ? Map.of("weight", weight, "bias", bias) : Map.of("weight", weight);
    int place = site.add(new ChannelAffine(shifts), List.of(x.place()), weights);
    site.output(new Computed(place, x.axes()));
  }

  private static int affine(Site site, Computed x, float factor) {
    float[] weight = new float[channels(site, x)];
    Arrays.fill(weight, factor);
    return site.add(new ChannelAffine(false), List.of(x.place()), Map.of("weight", weight));
  }

  private static int channels(Site site, Computed x) {
    return site.shape(x.place()).size(0);
  }

  /** Values of one view, or one number a channel beside whole maps. */
  private static void join(Site site, Layer layer, Computed... inputs) {
    Computed widest = inputs[0];
    for (Computed x : inputs) {
      int more = x.axes().factors().size() - widest.axes().factors().size();
      boolean mapped = site.shape(x.place()).rank() > site.shape(widest.place()).rank();
      widest = more > 0 || (more == 0 && mapped) ? x : widest;
    }
    List<Integer> places = new ArrayList<>();
    boolean alike = true;
    for (Computed x : inputs) {
      alike &= fits(site, x, widest);
    }
    if (alike) {
      for (Computed x : inputs) {
        places.add(x.place());
      }
      site.output(new Computed(site.add(layer, places, Map.of()), widest.axes()));
      return;
    }
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].axes().rank() != 4) {
        throw new IllegalArgumentException(
            "expects values whose axes lie alike, got %s beside %s"
                .formatted(inputs[i].axes(), widest.axes()));
      }
      places.add(site.scope().maps(inputs[i], site.viewName(inputs[i])));
    }
    site.outputMaps(site.add(layer, places, Map.of()));
  }

  /** True where each axis of a value is that of the widest, or has size 1 there. */
  private static boolean fits(Site site, Computed x, Computed widest) {
    Shape shape = site.shape(x.place());
    Shape whole = site.shape(widest.place());
    int missing = widest.axes().rank() - x.axes().rank();
    if (missing != 0) {
      return false;
    }
    for (int i = 0; i < x.axes().rank(); i++) {
      List<Factor> axis = x.axes().axes().get(i);
      if (!axis.isEmpty() && !axis.equals(widest.axes().axes().get(i))) {
        return false;
      }
    }
    boolean same = shape.equals(whole) && x.axes().equals(widest.axes());
    boolean narrow = shape.elements() == whole.size(0) && whole.rank() == 3;
    return same || narrow;
  }
}
