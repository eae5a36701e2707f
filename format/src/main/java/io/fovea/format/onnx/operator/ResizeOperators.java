package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;
import java.util.Map;

/**
 * Resize and Upsample: one axis after the other, each result a weighted sum of its neighbours
 * ({@link ResizeAxis}). Version 10 and Upsample have only scales, with coordinates x / scale.
 */
final class ResizeOperators {
  private ResizeOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Resize", Operator.of(ResizeOperators::resize));
    table.put("Upsample", Operator.of(ResizeOperators::upsample));
  }

  private static NdArray upsample(OperatorContext context) {
    NdArray x = context.in(0);
    float[] scales;
    if (context.node().has("scales")) {
      scales = context.node().numbers("scales");
    } else if (context.node().has("height_scale")) {
      scales =
          new float[] {
            1, 1, context.node().number("height_scale", 1), context.node().number("width_scale", 1)
          };
    } else {
      scales = context.in(1).asFloats();
    }
    return simple(context, x, scales);
  }

  private static NdArray simple(OperatorContext context, NdArray x, float[] scales) {
    String mode = context.node().text("mode", "nearest");
    ResizeAxis.Manner manner =
        new ResizeAxis.Manner(
            mode.equals("bilinear") ? "linear" : mode, "asymmetric", "floor", false, false, -0.75);
    check(context, x, scales.length);
    NdArray y = x;
    for (int axis = 0; axis < scales.length; axis++) {
      int out = size(context, x.dim(axis), scales[axis]);
      y = along(context, y, axis, new ResizeAxis(manner, x.dim(axis), out, scales[axis], 0, 1), 0);
    }
    return y;
  }

  private static void check(OperatorContext context, NdArray x, int count) {
    if (count != x.rank()) {
      throw context.error("has scales for %d axes, the input is %s".formatted(count, x));
    }
  }

  private static int size(OperatorContext context, int in, double scale) {
    if (!(scale > 0)) {
      throw context.error("has a scale of " + scale);
    }
    return context.dims((long) Math.floor(in * scale))[0];
  }

  private static NdArray resize(OperatorContext context) {
    NdArray x = context.in(0);
    if (context.opset() < 11) {
      return simple(context, x, context.in(1).asFloats());
    }
    NdArray roi = context.optional(1);
    NdArray scales = context.optional(2);
    NdArray sizes = context.optional(3);
    boolean bySize = sizes != null && sizes.size() > 0;
    int[] axes = axes(context, x);
    NdArray given = bySize ? sizes : scales;
    if (given == null || given.size() != axes.length) {
      throw context.error("expects %d scales or sizes, got %s".formatted(axes.length, given));
    }
    String coordinates = context.node().text("coordinate_transformation_mode", "half_pixel");
    boolean crops = coordinates.equals("tf_crop_and_resize");
    if (crops && (roi == null || roi.size() != 2 * axes.length)) {
      throw context.error("expects a region of %d numbers, got %s".formatted(2 * axes.length, roi));
    }
    ResizeAxis.Manner manner =
        new ResizeAxis.Manner(
            context.node().text("mode", "nearest"),
            coordinates,
            context.node().text("nearest_mode", "round_prefer_floor"),
            context.node().integer("antialias", 0) != 0,
            context.node().integer("exclude_outside", 0) != 0,
            context.node().number("cubic_coeff_a", -0.75f));
    double[] factors = factors(context, x, axes, given, bySize);
    NdArray y = x;
    for (int i = 0; i < axes.length; i++) {
      int in = x.dim(axes[i]);
      boolean kept =
          !bySize || context.node().text("keep_aspect_ratio_policy", "stretch").equals("stretch");
      int out =
          !bySize
              ? size(context, in, factors[i])
              : context.dims(kept ? given.longAt(i) : (long) Math.floor(factors[i] * in + 0.5))[0];
      double start = crops && roi != null ? roi.doubleAt(i) : 0;
      double end = crops && roi != null ? roi.doubleAt(i + axes.length) : 1;
      y =
          along(
              context,
              y,
              axes[i],
              new ResizeAxis(manner, in, out, factors[i], start, end),
              context.node().number("extrapolation_value", 0));
    }
    return y;
  }

  private static int[] axes(OperatorContext context, NdArray x) {
    long[] all = new long[x.rank()];
    Arrays.setAll(all, i -> i);
    long[] asked = context.node().integers("axes", all);
    int[] axes = new int[asked.length];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = context.axis(asked[i], x.rank());
    }
    return axes;
  }

  /** The scale of each axis; a policy makes all equal, so that the picture is not distorted. */
  private static double[] factors(
      OperatorContext context, NdArray x, int[] axes, NdArray given, boolean bySize) {
    double[] factors = new double[axes.length];
    for (int i = 0; i < axes.length; i++) {
      factors[i] = bySize ? given.doubleAt(i) / x.dim(axes[i]) : given.doubleAt(i);
      if (!(factors[i] > 0)) {
        throw context.error("has a scale of " + factors[i]);
      }
    }
    String policy = context.node().text("keep_aspect_ratio_policy", "stretch");
    if (bySize && policy.equals("not_larger")) {
      Arrays.fill(factors, Arrays.stream(factors).min().orElse(1));
    } else if (bySize && policy.equals("not_smaller")) {
      Arrays.fill(factors, Arrays.stream(factors).max().orElse(1));
    }
    return factors;
  }

  private static NdArray along(
      OperatorContext context, NdArray x, int axis, ResizeAxis resize, float outside) {
    if (resize.isIdentity()) {
      return x;
    }
    long[] dims = Arrays.stream(x.dims()).asLongStream().toArray();
    dims[axis] = resize.out();
    int[] checked = context.dims(dims);
    if (resize.in() == 0 && resize.out() > 0) {
      throw context.error("cannot enlarge an empty axis");
    }
    if (resize.manner().mode().equals("nearest")) {
      NdArray filling = TypedStore.cast(NdArray.scalar(outside), x.type());
      return Strided.taken(x, axis, resize.nearest(context), filling);
    }
    if (x.type() != ElementType.FLOAT) {
      throw context.error("expects float for mode %s, got %s".formatted(resize.manner().mode(), x));
    }
    int[] weightDims = new int[x.rank() - axis];
    Arrays.fill(weightDims, 1);
    weightDims[0] = resize.out();
    NdArray y = NdArray.zeros(x.type(), checked);
    for (ResizeAxis.Tap tap : resize.taps(context)) {
      NdArray neighbour = Strided.taken(x, axis, tap.indices(), NdArray.scalar(outside));
      NdArray weights = NdArray.of(weightDims, tap.weights());
      NdArray part =
          BinaryOperators.combined(
              context, neighbour, weights, x.type(), (u, v) -> u * v, (u, v) -> u * v);
      y = BinaryOperators.combined(context, y, part, x.type(), Double::sum, Long::sum);
    }
    return y;
  }
}
