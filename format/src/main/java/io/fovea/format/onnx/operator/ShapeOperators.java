package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The same elements in another shape or order. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Identity", Operator.of(context -> context.in(0)));
    table.put("Reshape", Operator.of(ShapeOperators::reshape));
    table.put("Flatten", Operator.of(ShapeOperators::flatten));
    table.put("Squeeze", Operator.of(ShapeOperators::squeeze));
    table.put("Unsqueeze", Operator.of(ShapeOperators::unsqueeze));
    table.put("Transpose", Operator.of(ShapeOperators::transpose));
    table.put("Expand", Operator.of(ShapeOperators::expand));
    table.put("Tile", Operator.of(ShapeOperators::tile));
    table.put("DepthToSpace", Operator.of(ShapeOperators::depthToSpace));
    table.put("SpaceToDepth", Operator.of(ShapeOperators::spaceToDepth));
    table.put("Shape", Operator.of(ShapeOperators::shape));
    table.put("Size", Operator.of(context -> NdArray.scalar((long) context.in(0).size())));
    table.put("Dropout", ShapeOperators::dropout);
  }

  /** 0 keeps a dimension (unless allowzero), one -1 is computed from the others. */
  private static NdArray reshape(OperatorContext context) {
    NdArray x = context.in(0);
    long[] shape = context.list("shape", 1);
    if (shape == null) {
      throw context.error("needs a shape, got none");
    }
    long[] dims = shape.clone();
    boolean zeros = context.node().integer("allowzero", 0) != 0;
    int open = -1;
    long known = 1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !zeros) {
        if (i >= x.rank()) {
          throw context.error("keeps dimension %d of %s, which has none".formatted(i, x));
        }
        dims[i] = x.dim(i);
      }
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else {
        known = dims[i] < 0 ? -1 : Math.multiplyHigh(known, dims[i]) != 0 ? -1 : known * dims[i];
        if (known < 0) {
          throw context.error("cannot make %s of %s".formatted(Arrays.toString(shape), x));
        }
      }
    }
    if (open >= 0) {
      if (known == 0 || x.size() % known != 0) {
        throw context.error("cannot make %s of %s".formatted(Arrays.toString(shape), x));
      }
      dims[open] = x.size() / known;
    }
    int[] checked = context.dims(dims);
    if (NdArray.sizeOf(checked) != x.size()) {
      throw context.error("cannot make %s of %s".formatted(Arrays.toString(shape), x));
    }
    return x.reshaped(checked);
  }

  private static NdArray flatten(OperatorContext context) {
    NdArray x = context.in(0);
    long given = context.node().integer("axis", 1);
    int axis = given == x.rank() ? x.rank() : context.axis(given, x.rank());
    int[] dims = x.dims();
    return x.reshaped(Strided.product(dims, 0, axis), Strided.product(dims, axis, dims.length));
  }

  private static NdArray squeeze(OperatorContext context) {
    NdArray x = context.in(0);
    long[] axes = context.list("axes", 1);
    boolean[] gone = new boolean[x.rank()];
    if (axes == null) {
      for (int i = 0; i < gone.length; i++) {
        gone[i] = x.dim(i) == 1;
      }
    } else {
      for (long axis : axes) {
        int at = context.axis(axis, x.rank());
        if (at >= x.rank() || x.dim(at) != 1) {
          throw context.error("drops dimension %d of %s, which is not 1".formatted(at, x));
        }
        gone[at] = true;
      }
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < gone.length; i++) {
      if (!gone[i]) {
        dims.add(x.dim(i));
      }
    }
    return x.reshaped(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  private static NdArray unsqueeze(OperatorContext context) {
    NdArray x = context.in(0);
    long[] axes = context.list("axes", 1);
    if (axes == null) {
      throw context.error("needs axes, got none");
    }
    int rank = x.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (long axis : axes) {
      int at = context.axis(axis, rank);
      if (added[at]) {
        throw context.error("names axis %d twice".formatted(at));
      }
      added[at] = true;
    }
    int[] dims = new int[rank];
    int next = 0;
    for (int i = 0; i < rank; i++) {
      dims[i] = added[i] ? 1 : x.dim(next++);
    }
    return x.reshaped(dims);
  }

  private static NdArray transpose(OperatorContext context) {
    NdArray x = context.in(0);
    long[] perm = context.node().integers("perm");
    int[] order = new int[x.rank()];
    boolean[] used = new boolean[x.rank()];
    if (context.node().has("perm") && perm.length != x.rank()) {
      throw context.error("has a perm of %d axes for %s".formatted(perm.length, x));
    }
    for (int i = 0; i < order.length; i++) {
      order[i] = context.node().has("perm") ? context.axis(perm[i], x.rank()) : x.rank() - 1 - i;
      if (used[order[i]]) {
        throw context.error("names axis %d twice in perm".formatted(order[i]));
      }
      used[order[i]] = true;
    }
    return Strided.transposed(x, order);
  }

  private static NdArray expand(OperatorContext context) {
    NdArray x = context.in(0);
    int[] shape = context.dims(context.in(1).asLongs());
    return Broadcasting.expanded(x, expandedDims(context, x, shape));
  }

  private static int[] expandedDims(OperatorContext context, NdArray x, int[] shape) {
    int rank = Math.max(x.rank(), shape.length);
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      int own = i - rank + x.rank() < 0 ? 1 : x.dim(i - rank + x.rank());
      int asked = i - rank + shape.length < 0 ? 1 : shape[i - rank + shape.length];
      if (own != asked && own != 1 && asked != 1) {
        throw context.error("cannot expand %s to %s".formatted(x, NdArray.text(shape)));
      }
      dims[i] = own == 1 ? asked : own;
    }
    return context.dims(dims);
  }

  /** Each axis is a pair, (repeats, size), of which the first has stride 0. */
  private static NdArray tile(OperatorContext context) {
    NdArray x = context.in(0);
    long[] repeats = context.in(1).asLongs();
    if (context.opset() < 6) { // one axis, repeated
      int axis = context.axis(context.in(2).longAt(0), x.rank());
      long times = context.in(1).longAt(0);
      repeats = new long[x.rank()];
      Arrays.fill(repeats, 1);
      repeats[axis] = times;
    }
    if (repeats.length != x.rank()) {
      throw context.error("has %d repeats for %s".formatted(repeats.length, x));
    }
    int[] own = Strided.strides(x.dims());
    long[] dims = new long[x.rank()];
    int[] pairs = new int[2 * x.rank()];
    int[] strides = new int[2 * x.rank()];
    for (int i = 0; i < x.rank(); i++) {
      dims[i] = repeats[i] > Integer.MAX_VALUE ? -1 : repeats[i] * x.dim(i);
      pairs[2 * i] = (int) repeats[i];
      pairs[2 * i + 1] = x.dim(i);
      strides[2 * i + 1] = own[i];
    }
    int[] checked = context.dims(dims);
    return NdArray.sizeOf(checked) == 0
        ? NdArray.zeros(x.type(), checked)
        : Strided.copy(x, 0, strides, pairs).reshaped(checked);
  }

  private static int block(OperatorContext context, NdArray x) {
    long block = context.node().integer("blocksize", 0);
    if (x.rank() != 4 || block < 1 || block > 1 << 15) {
      throw context.error(
          "expects 4 dimensions and a blocksize, got %s and %d".formatted(x, block));
    }
    return (int) block;
  }

  private static NdArray depthToSpace(OperatorContext context) {
    NdArray x = context.in(0);
    int b = block(context, x);
    int n = x.dim(0);
    int c = x.dim(1) / (b * b);
    int h = x.dim(2);
    int w = x.dim(3);
    if (c * b * b != x.dim(1)) {
      throw context.error("cannot divide the channels of %s into %d blocks".formatted(x, b * b));
    }
    NdArray moved =
        context.node().text("mode", "DCR").equals("CRD")
            ? Strided.transposed(x.reshaped(n, c, b, b, h, w), 0, 1, 4, 2, 5, 3)
            : Strided.transposed(x.reshaped(n, b, b, c, h, w), 0, 3, 4, 1, 5, 2);
    return moved.reshaped(n, c, h * b, w * b);
  }

  private static NdArray spaceToDepth(OperatorContext context) {
    NdArray x = context.in(0);
    int b = block(context, x);
    int n = x.dim(0);
    int c = x.dim(1);
    int h = x.dim(2) / b;
    int w = x.dim(3) / b;
    if (h * b != x.dim(2) || w * b != x.dim(3)) {
      throw context.error("cannot divide %s into blocks of %d".formatted(x, b));
    }
    return Strided.transposed(x.reshaped(n, c, h, b, w, b), 0, 3, 5, 1, 2, 4)
        .reshaped(n, c * b * b, h, w);
  }

  /** The dimensions from start up to end, which version 15 has added. */
  private static NdArray shape(OperatorContext context) {
    int[] dims = context.in(0).dims();
    int start = bounded(context.node().integer("start", 0), dims.length);
    int end = bounded(context.node().integer("end", dims.length), dims.length);
    long[] shape = new long[Math.max(0, end - start)];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims[start + i];
    }
    return NdArray.list(shape);
  }

  private static int bounded(long axis, int rank) {
    return Math.clamp(axis < 0 ? axis + rank : axis, 0, rank);
  }

  /** The identity, as at inference; the mask says that nothing was dropped. */
  private static List<NdArray> dropout(OperatorContext context) {
    NdArray x = context.in(0);
    NdArray training = context.optional(2);
    NdArray ratio = context.optional(1);
    boolean drops =
        ratio == null ? context.node().number("ratio", 0.5f) != 0 : ratio.doubleAt(0) != 0;
    if (training != null && training.longAt(0) != 0 && drops) {
      throw context.error("drops elements at random, for training; export it for inference");
    }
    byte[] mask = new byte[x.size()];
    Arrays.fill(mask, (byte) 1);
    return List.of(x, NdArray.of(ElementType.BOOL, x.dims(), mask));
  }
}
