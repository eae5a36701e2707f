package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Parts of arrays, and arrays of parts: Slice, Split, Concat, Gather, Pad. */
final class IndexOperators {
  private IndexOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Slice", Operator.of(IndexOperators::slice));
    table.put("Split", IndexOperators::split);
    table.put("Concat", Operator.of(IndexOperators::concat));
    table.put("Gather", Operator.of(IndexOperators::gather));
    table.put("Pad", Operator.of(IndexOperators::pad));
  }

  /** Bounds are attributes before version 10, inputs since, with steps. */
  private static NdArray slice(OperatorContext context) {
    NdArray x = context.in(0);
    long[] starts = context.list("starts", 1);
    long[] ends = context.list("ends", 2);
    long[] axes = context.list("axes", 3);
    long[] steps = context.list("steps", 4);
    if (starts == null
        || ends == null
        || starts.length != ends.length
        || (axes != null && axes.length != starts.length)
        || (steps != null && steps.length != starts.length)) {
      throw context.error("expects as many starts as ends, axes and steps");
    }
    int[] dims = x.dims();
    int[] strides = Strided.strides(dims);
    int offset = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = context.axis(axes == null ? i : axes[i], x.rank());
      if (x.rank() == 0) {
        throw context.error("cannot slice a scalar");
      }
      long step = steps == null ? 1 : steps[i];
      if (step == 0) {
        throw context.error("has a step of 0");
      }
      int size = x.dim(axis);
      long start = fromEnd(starts[i], size);
      long end = fromEnd(ends[i], size);
      if (step > 0) {
        start = Math.clamp(start, 0, size);
        end = Math.clamp(end, 0, size);
      } else {
        start = Math.clamp(start, -1, size - 1);
        end = Math.clamp(end, -1, size - 1);
      }
      long span = step > 0 ? end - start : start - end;
      long stride = Math.min(step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step), 1L << 31);
      dims[axis] = (int) Math.max(0, (span + stride - 1) / stride);
      if (dims[axis] > 0) {
        offset += (int) start * strides[axis];
      }
      // with one element the step is irrelevant, however large
      strides[axis] = dims[axis] <= 1 ? 0 : (int) (step * strides[axis]);
    }
    return Strided.copy(x, offset, strides, dims);
  }

  private static long fromEnd(long index, int size) {
    return index < 0 ? Math.max(index, -2L - size) + size : index;
  }

  /** Sizes are an attribute before version 13, an input since; without them, equal parts. */
  private static List<NdArray> split(OperatorContext context) {
    NdArray x = context.in(0);
    int axis = context.axis("axis", 0, x.rank());
    if (x.rank() == 0) {
      throw context.error("cannot split a scalar");
    }
    long[] sizes = context.list("split", 1);
    int size = x.dim(axis);
    if (sizes == null) {
      int count =
          (int)
              Math.min(
                  context.node().integer("num_outputs", context.node().outputs().size()), size);
      if (count < 1) {
        throw context.error("splits %s into nothing".formatted(x));
      }
      // the last part is smaller where they cannot be equal (version 18)
      int part = (size + count - 1) / count;
      sizes = new long[count];
      for (int i = 0; i < count; i++) {
        sizes[i] = Math.clamp(size - (long) i * part, 0, part);
      }
    }
    long sum = 0;
    for (long part : sizes) {
      if (part < 0 || part > size) {
        throw context.error("splits %s into %s".formatted(x, Arrays.toString(sizes)));
      }
      sum += part;
    }
    if (sum != size) {
      throw context.error("splits %s into %s".formatted(x, Arrays.toString(sizes)));
    }
    List<NdArray> parts = new ArrayList<>();
    int[] dims = x.dims();
    int[] strides = Strided.strides(dims);
    int start = 0;
    for (long part : sizes) {
      dims[axis] = (int) part;
      parts.add(Strided.copy(x, part == 0 ? 0 : start * strides[axis], strides, dims.clone()));
      start += (int) part;
    }
    return parts;
  }

  private static NdArray concat(OperatorContext context) {
    NdArray first = context.in(0);
    int axis = context.axis("axis", 1, first.rank()); // no default since version 4
    if (first.rank() == 0) {
      throw context.error("cannot concatenate scalars");
    }
    long[] dims = Arrays.stream(first.dims()).asLongStream().toArray();
    dims[axis] = 0;
    for (int i = 0; i < context.inputs().size(); i++) {
      NdArray x = context.in(i);
      int[] other = x.dims();
      if (axis < other.length) {
        dims[axis] += other[axis];
        other[axis] = first.dim(axis);
      }
      if (x.type() != first.type() || !Arrays.equals(other, first.dims())) {
        throw context.error("cannot concatenate %s and %s at axis %d".formatted(first, x, axis));
      }
    }
    NdArray y = NdArray.zeros(first.type(), context.dims(dims));
    int outer = Strided.product(y.dims(), 0, axis);
    int inner = Strided.product(y.dims(), axis + 1, y.rank());
    int row = y.dim(axis) * inner;
    int offset = 0;
    for (int i = 0; i < context.inputs().size(); i++) {
      NdArray x = context.in(i);
      int block = x.dim(axis) * inner;
      for (int o = 0; o < outer; o++) {
        System.arraycopy(x.data(), o * block, y.data(), o * row + offset, block);
      }
      offset += block;
    }
    return y;
  }

  /** y[a.., i.., b..] = x[a.., indices[i..], b..]. */
  private static NdArray gather(OperatorContext context) {
    NdArray x = context.in(0);
    NdArray indices = context.in(1);
    int axis = context.axis("axis", 0, x.rank());
    if (x.rank() == 0) {
      throw context.error("cannot gather from a scalar");
    }
    int[] places = new int[indices.size()];
    for (int i = 0; i < places.length; i++) {
      long place = indices.longAt(i);
      if (place < -x.dim(axis) || place >= x.dim(axis)) {
        throw context.error("gathers element %d of axis %d of %s".formatted(place, axis, x));
      }
      places[i] = (int) (place < 0 ? place + x.dim(axis) : place);
    }
    long[] dims = new long[x.rank() - 1 + indices.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] =
          i < axis
              ? x.dim(i)
              : i < axis + indices.rank() ? indices.dim(i - axis) : x.dim(i - indices.rank() + 1);
    }
    int[] checked = context.dims(dims);
    return Strided.taken(x, axis, places, Strided.zero(x.type())).reshaped(checked);
  }

  /**
   * Amounts are an attribute before version 11, inputs since; negative ones crop. Axes were added
   * in version 18, mode wrap in 19.
   */
  private static NdArray pad(OperatorContext context) {
    NdArray x = context.in(0);
    long[] pads = context.list(context.opset() < 2 ? "paddings" : "pads", 1);
    NdArray given = context.optional(2);
    NdArray filling =
        given == null
            ? TypedStore.cast(NdArray.scalar(context.node().number("value", 0)), x.type())
            : given;
    NdArray axes = context.optional(3);
    int count = axes == null ? x.rank() : axes.size();
    if (pads == null
        || pads.length != 2 * count
        || filling.type() != x.type()
        || filling.size() != 1) {
      throw context.error("expects two pads an axis, and one value of the input's type");
    }
    String mode = context.node().text("mode", "constant");
    NdArray y = x;
    for (int i = 0; i < count; i++) {
      int axis = axes == null ? i : context.axis(axes.longAt(i), x.rank());
      long before = pads[i];
      long after = pads[i + count];
      if (before != 0 || after != 0) {
        int[] sources = sources(context, mode, y.dim(axis), before, after);
        int[] dims = y.dims();
        dims[axis] = sources.length;
        context.dims(Arrays.stream(dims).asLongStream().toArray());
        y = Strided.taken(y, axis, sources, filling);
      }
    }
    return y;
  }

  /** For each index of the padded axis the source index; -1 for the padding value. */
  private static int[] sources(
      OperatorContext context, String mode, int size, long before, long after) {
    if (Math.abs(before) > Integer.MAX_VALUE || Math.abs(after) > Integer.MAX_VALUE) {
      throw context.error("pads %d and %d elements".formatted(before, after));
    }
    int[] sources = new int[context.dims(size + before + after)[0]];
    if (size == 0 && sources.length > 0 && !mode.equals("constant")) {
      throw context.error("cannot pad an empty axis by mode " + mode);
    }
    for (int i = 0; i < sources.length; i++) {
      long source = i - before;
      sources[i] =
          switch (mode) {
            case "constant" -> source < 0 || source >= size ? -1 : (int) source;
            case "edge" -> Math.clamp(source, 0, size - 1);
            case "wrap" -> Math.floorMod(source, size);
            case "reflect" -> reflected(source, size);
            default -> throw context.error("knows only the modes constant, reflect, edge and wrap");
          };
    }
    return sources;
  }

  private static int reflected(long source, int size) {
    if (size == 1) {
      return 0;
    }
    int period = 2 * (size - 1);
    int index = Math.floorMod(source, period);
    return index < size ? index : period - index;
  }
}
