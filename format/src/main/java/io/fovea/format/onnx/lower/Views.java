package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.lower.Value.Known;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Lowers operators that change the view of a value, and those that read its shape. */
final class Views {
  private Views() {}

  static void reshape(LoweringContext context) {
    Computed x = context.computed(0);
    boolean zeroIsSize = context.node().integer("allowzero", 0) != 0;
    int[] batches = context.state().batches();
    List<NdArray> targets =
        context.node().has("shape")
            ? List.of(NdArray.list(context.node().integers("shape")))
            : context.known(1).variants();
    List<Axes> found = new ArrayList<>();
    for (int i = 0; i < batches.length; i++) {
      long[] inputSizes = x.axes().sizes(batches[i]);
      long[] asked = targets.get(Math.min(i, targets.size() - 1)).asLongs();
      long[] sizes = zeroIsSize ? asked.clone() : sizes(asked, inputSizes);
      fill(sizes, inputSizes);
      Optional<Axes> axes = x.axes().reshaped(sizes, batches[i]);
      // Another view for another number of images would mix images.
      if (axes.isEmpty() || (i > 0 && !found.getFirst().equals(axes.get()))) {
        throw new IllegalArgumentException(
            "makes %s of %s, which is no view of whole images"
                .formatted(Arrays.toString(asked), x.axes()));
      }
      found.add(axes.get());
    }
    context.view(x, found.getFirst());
  }

  private static long[] sizes(long[] asked, long[] inputSizes) {
    long[] sizes = asked.clone();
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == 0 && i < inputSizes.length) {
        sizes[i] = inputSizes[i];
      }
    }
    return sizes;
  }

  private static void fill(long[] sizes, long[] inputSizes) {
    long all = Arrays.stream(inputSizes).reduce(1, (a, b) -> a * b);
    long given = 1;
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1) {
        open = i;
      } else {
        given *= sizes[i];
      }
    }
    // Beside a size of 0 the open one has no value; reshaped() then refuses -1.
    if (open >= 0 && given > 0) {
      sizes[open] = all / given;
    }
  }

  static void flatten(LoweringContext context) {
    Computed x = context.computed(0);
    int rank = x.axes().rank();
    long given = context.node().integer("axis", 1);
    int axis = given == rank ? rank : context.axis(given, rank);
    List<List<Factor>> axes = x.axes().axes();
    List<Factor> before = axes.subList(0, axis).stream().flatMap(List::stream).toList();
    List<Factor> behind = axes.subList(axis, rank).stream().flatMap(List::stream).toList();
    context.view(x, new Axes(List.of(before, behind)));
  }

  static void transpose(LoweringContext context) {
    Computed x = context.computed(0);
    int rank = x.axes().rank();
    long[] reversed = new long[rank];
    Arrays.setAll(reversed, i -> rank - 1 - i);
    long[] order = context.node().integers("perm", reversed);
    if (order.length != rank) {
      throw new IllegalArgumentException(
          "expects an order of %d axes, got %s".formatted(rank, Arrays.toString(order)));
    }
    context.view(
        x, x.axes().permuted(Arrays.stream(order).mapToInt(a -> context.axis(a, rank)).toArray()));
  }

  static void squeeze(LoweringContext context) {
    Computed x = context.computed(0);
    int rank = x.axes().rank();
    List<Integer> dropped = new ArrayList<>();
    for (long given : context.integers("axes", 1)) {
      dropped.add(context.axis(given, rank));
    }
    if (!context.node().has("axes") && !context.node().hasInput(1)) {
      for (int axis = 0; axis < rank; axis++) {
        if (x.axes().axes().get(axis).isEmpty()) {
          dropped.add(axis);
        }
      }
    }
    for (int axis : dropped) {
      if (!x.axes().axes().get(axis).isEmpty()) {
        throw new IllegalArgumentException(
            "drops axis %d of %s, whose size is not 1 for every batch".formatted(axis, x.axes()));
      }
    }
    context.view(x, x.axes().without(dropped));
  }

  static void unsqueeze(LoweringContext context) {
    Computed x = context.computed(0);
    long[] given = context.integers("axes", 1);
    int rank = x.axes().rank() + given.length;
    boolean[] added = new boolean[rank];
    for (long position : given) {
      added[context.axis(position, rank)] = true;
    }
    List<List<Factor>> axes = new ArrayList<>();
    int axis = 0;
    for (boolean isNew : added) {
      axes.add(isNew || axis == x.axes().rank() ? List.of() : x.axes().axes().get(axis++));
    }
    context.view(x, new Axes(axes));
  }

  static void same(LoweringContext context) {
    context.output(context.computed(0));
  }

  /** Lowers a cast to float, the type of every computed value. */
  static void cast(LoweringContext context) {
    long type = context.node().integer("to", 0);
    if (type != ElementType.FLOAT.code()) {
      throw new IllegalArgumentException(
          "makes %s of the network's values, which are floats"
              .formatted(ElementType.nameOf((int) type)));
    }
    same(context);
  }

  /** Lowers Shape of a computed value: known except for the batch. */
  static void shape(LoweringContext context) {
    Computed x = context.computed(0);
    int rank = x.axes().rank();
    int start = bound(context.node().integer("start", 0), rank);
    int end = bound(context.node().integer("end", rank), rank);
    List<NdArray> variants = new ArrayList<>();
    for (int batch : context.state().batches()) {
      long[] sizes = x.axes().sizes(batch);
      variants.add(NdArray.list(Arrays.copyOfRange(sizes, start, Math.max(start, end))));
    }
    context.output(new Known(variants));
  }

  private static int bound(long given, int rank) {
    return Math.clamp(given < 0 ? given + rank : given, 0, rank);
  }

  /** Lowers Size of a computed value: known except for the batch. */
  static void size(LoweringContext context) {
    List<NdArray> variants = new ArrayList<>();
    for (int batch : context.state().batches()) {
      long[] sizes = context.computed(0).axes().sizes(batch);
      variants.add(NdArray.scalar(Arrays.stream(sizes).reduce(1, (a, b) -> a * b)));
    }
    context.output(new Known(variants));
  }
}
