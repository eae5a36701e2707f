package io.fovea.format.onnx.lower;

import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The view of an ONNX value on a value of core: each axis is a product of factors, the outermost
 * first, and an axis of size 1 has none. Reshape, Transpose, Flatten, Squeeze and Unsqueeze change
 * this view and compute nothing; only a layer that needs another order acts on it. Channels last,
 * the row of a flattened map and the groups of a channel shuffle are all views of the same maps:
 *
 * <pre>
 * N,C,H,W            [N] [C] [H] [W]
 * channels last      [N] [H] [W] [C]
 * flattened          [N] [C H W]
 * shuffled, g groups [N] [C:C/g C:g] [H] [W]
 * </pre>
 *
 * Immutable.
 */
record Axes(List<List<Factor>> axes) {
  /** Copies the lists and joins contiguous factors. */
  Axes {
    axes = axes.stream().map(Axes::joined).toList();
  }

  private static List<Factor> joined(List<Factor> axis) {
    List<Factor> result = new ArrayList<>();
    for (Factor factor : axis) {
      if (!result.isEmpty() && result.getLast().continuesWith(factor)) {
        result.add(result.removeLast().joined(factor));
      } else {
        result.add(factor);
      }
    }
    return List.copyOf(result);
  }

  /** (N, C, H, W) of maps, or (N, F) of a row of features. */
  static Axes of(Shape shape) {
    List<List<Factor>> axes = new ArrayList<>();
    axes.add(List.of(Factor.BATCH));
    Factor.Origin[] origins = {
      Factor.Origin.CHANNEL, Factor.Origin.HEIGHT, Factor.Origin.WIDTH,
    };
    for (int i = 0; i < shape.rank(); i++) {
      axes.add(whole(origins[i], shape.size(i)));
    }
    return new Axes(axes);
  }

  static List<Factor> whole(Factor.Origin origin, int size) {
    return size == 1 ? List.of() : List.of(new Factor(origin, size, 1));
  }

  int rank() {
    return axes.size();
  }

  long[] sizes(int batch) {
    return axes.stream().mapToLong(axis -> product(axis, batch)).toArray();
  }

  private static long product(List<Factor> axis, int batch) {
    long product = 1;
    for (Factor factor : axis) {
      product *= factor.size(batch);
    }
    return product;
  }

  /** Axis i of the result is axis {@code order[i]} of this. */
  Axes permuted(int[] order) {
    List<List<Factor>> moved = new ArrayList<>();
    for (int axis : order) {
      moved.add(axes.get(axis));
    }
    return new Axes(moved);
  }

  Axes with(int axis, List<Factor> factors) {
    List<List<Factor>> changed = new ArrayList<>(axes);
    changed.set(axis, factors);
    return new Axes(changed);
  }

  Axes without(List<Integer> dropped) {
    List<List<Factor>> left = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      if (!dropped.contains(i)) {
        left.add(axes.get(i));
      }
    }
    return new Axes(left);
  }

  List<Factor> factors() {
    return axes.stream().flatMap(List::stream).toList();
  }

  /**
   * The same elements in row-major order with other sizes; empty where an axis of core cannot be
   * divided so.
   *
   * @param sizes of the new axes, none of them left open
   * @param batch the number of images of these sizes
   */
  Optional<Axes> reshaped(long[] sizes, int batch) {
    List<Factor> left = new ArrayList<>(factors());
    List<List<Factor>> result = new ArrayList<>();
    for (long size : sizes) {
      List<Factor> axis = new ArrayList<>();
      long product = 1;
      while (!left.isEmpty()) {
        Factor next = left.getFirst();
        long have = next.size(batch);
        // The whole factor fits into this axis.
        if (product * have <= size && size % (product * have) == 0) {
          axis.add(left.removeFirst());
          product *= have;
          continue;
        }
        // Else a factor is cut: its outer part ends this axis, its inner part begins the next.
        long wanted = size / product;
        if (wanted <= 1) {
          break;
        }
        // The number of images is open, so the batch is never cut.
        boolean cut = next.origin() != Factor.Origin.BATCH && have % wanted == 0;
        if (size % product != 0 || !cut) {
          return Optional.empty();
        }
        int inner = (int) (have / wanted);
        // Row-major: a step of the outer part is as many of the factor as the inner part has.
        axis.add(new Factor(next.origin(), (int) wanted, next.stride() * inner));
        left.set(0, new Factor(next.origin(), inner, next.stride()));
        product = size;
      }
      if (product != size) {
        return Optional.empty();
      }
      result.add(axis);
    }
    return left.isEmpty() ? Optional.of(new Axes(result)) : Optional.empty();
  }

  /** True where the axes from {@code first} on are the channels of {@code shape}, and no others. */
  boolean isChannels(int first, Shape shape) {
    List<Factor> last = axes.subList(first, rank()).stream().flatMap(List::stream).toList();
    return last.equals(whole(Factor.Origin.CHANNEL, shape.size(0)));
  }

  /** The order of N, C, H and W for messages, such as "N,H,W,C". */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>();
    for (List<Factor> axis : axes) {
      StringBuilder name = new StringBuilder();
      for (Factor factor : axis) {
        name.append(factor.origin().name().charAt(0) == 'B' ? "N" : letter(factor));
      }
      names.add(name.isEmpty() ? "1" : name.toString());
    }
    return String.join(",", names);
  }

  /** C, H or W, as in NCHW. */
  private static String letter(Factor factor) {
    return factor.origin().name().substring(0, 1);
  }
}
