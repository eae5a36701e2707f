package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.value.NdArray;
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

/** Lowers sums, products, differences and quotients, of values and constants. */
final class Arithmetic {
  private Arithmetic() {}

  static void add(LoweringContext context) {
    if (context.isKnown(0) || context.isKnown(1)) {
      int constant = context.isKnown(0) ? 0 : 1;
      affine(context, 1 - constant, v -> 1, constant, v -> v);
    } else {
      join(context, new Add(), context.computed(0), context.computed(1));
    }
  }

  static void sub(LoweringContext context) {
    if (context.isKnown(1)) {
      affine(context, 0, v -> 1, 1, v -> -v);
    } else if (context.isKnown(0)) {
      affine(context, 1, v -> -1, 0, v -> v);
    } else {
      Computed b = context.computed(1);
      Computed negative = new Computed(affine(context, b, -1), b.axes());
      join(context, new Add(), context.computed(0), negative);
    }
  }

  static void mul(LoweringContext context) {
    if (context.isKnown(0) || context.isKnown(1)) {
      int constant = context.isKnown(0) ? 0 : 1;
      affine(context, 1 - constant, v -> v, constant, v -> 0);
    } else {
      join(context, new Multiply(), context.computed(0), context.computed(1));
    }
  }

  static void div(LoweringContext context) {
    if (!context.isKnown(1)) {
      throw new IllegalArgumentException("divides by a value that the network computes");
    }
    affine(context, 0, v -> 1 / v, 1, v -> 0);
  }

  static void neg(LoweringContext context) {
    Computed x = context.computed(0);
    context.output(new Computed(affine(context, x, -1), x.axes()));
  }

  /** The sum of any number of values; constants among them do not occur in practice. */
  static void sum(LoweringContext context) {
    if (context.node().inputs().size() == 1) {
      Views.same(context);
      return;
    }
    Computed[] inputs = new Computed[context.node().inputs().size()];
    Arrays.setAll(inputs, context::computed);
    join(context, new Add(), inputs);
  }

  static void bound(LoweringContext context, boolean below) {
    boolean one = context.node().inputs().size() == 2 && (context.isKnown(0) || context.isKnown(1));
    if (!one) {
      throw new IllegalArgumentException("expects a value and one constant number");
    }
    int constant = context.isKnown(0) ? 0 : 1;
    Computed x = context.computed(1 - constant);
    float bound = context.floats(constant, 1)[0];
    Layer clip =
        below ? new Clip(bound, Float.POSITIVE_INFINITY) : new Clip(Float.NEGATIVE_INFINITY, bound);
    context.output(new Computed(context.add(clip, List.of(x.nodeId()), Map.of()), x.axes()));
  }

  /** y = scale(constant) * x + shift(constant). */
  private static void affine(
      LoweringContext context,
      int value,
      DoubleUnaryOperator scale,
      int constant,
      DoubleUnaryOperator shift) {
    Computed x = context.computed(value);
    NdArray array = context.constant(constant);
    float[] given = Channels.of(array, x.axes(), context.shape(x.nodeId()));
    float[] weight = new float[channels(context, x)];
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
    int nodeId = context.add(new ChannelAffine(shifts), List.of(x.nodeId()), weights);
    context.output(new Computed(nodeId, x.axes()));
  }

  private static int affine(LoweringContext context, Computed x, float factor) {
    float[] weight = new float[channels(context, x)];
    Arrays.fill(weight, factor);
    return context.add(new ChannelAffine(false), List.of(x.nodeId()), Map.of("weight", weight));
  }

  private static int channels(LoweringContext context, Computed x) {
    return context.shape(x.nodeId()).size(0);
  }

  /** Joins values of one view, or one number a channel beside full maps. */
  private static void join(LoweringContext context, Layer layer, Computed... inputs) {
    Computed widest = inputs[0];
    for (Computed x : inputs) {
      int more = x.axes().factors().size() - widest.axes().factors().size();
      boolean mapped = context.shape(x.nodeId()).rank() > context.shape(widest.nodeId()).rank();
      widest = more > 0 || (more == 0 && mapped) ? x : widest;
    }
    List<Integer> nodeIds = new ArrayList<>();
    boolean alike = true;
    for (Computed x : inputs) {
      alike &= fits(context, x, widest);
    }
    if (alike) {
      List.of(inputs).forEach(x -> nodeIds.add(x.nodeId()));
      context.output(new Computed(context.add(layer, nodeIds, Map.of()), widest.axes()));
      return;
    }
    for (Computed x : inputs) {
      if (x.axes().rank() != 4) {
        throw new IllegalArgumentException(
            "expects values with the same order of axes, got %s beside %s"
                .formatted(x.axes(), widest.axes()));
      }
      nodeIds.add(context.state().maps(x, context.viewName(x)));
    }
    context.outputMaps(context.add(layer, nodeIds, Map.of()));
  }

  /** True where each axis of a value is that of the widest, or has size 1 there. */
  private static boolean fits(LoweringContext context, Computed x, Computed widest) {
    Shape shape = context.shape(x.nodeId());
    Shape whole = context.shape(widest.nodeId());
    if (widest.axes().rank() != x.axes().rank()) {
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
