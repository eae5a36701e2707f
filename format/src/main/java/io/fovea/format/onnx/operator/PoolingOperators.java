package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Poolings: the largest number, or the mean, of each window of a map. */
final class PoolingOperators {
  private PoolingOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("MaxPool", PoolingOperators::maxPool);
    table.put("AveragePool", Operator.of(PoolingOperators::averagePool));
    table.put("GlobalAveragePool", Operator.of(context -> global(context, false)));
    table.put("GlobalMaxPool", Operator.of(context -> global(context, true)));
  }

  private static SpatialAxis[] axes(OperatorContext context, NdArray x) {
    int spatial = x.rank() - 2;
    if (!context.node().has("kernel_shape") || spatial < 1) {
      throw context.error("expects a kernel_shape and an input of 3 to 5 dimensions, got " + x);
    }
    long[] shape = SpatialAxis.positives(context, "kernel_shape", spatial, 1);
    int[] kernel = Arrays.stream(shape).mapToInt(size -> (int) size).toArray();
    return SpatialAxis.of(context, x, kernel, context.node().integer("ceil_mode", 0) != 0);
  }

  /** Receives the elements of a window that are inside the map, in memory order. */
  private interface Visit {
    void accept(int index);
  }

  /** Visits window i of a map, counted through all axes. */
  private static void visit(SpatialAxis[] axes, int i, Visit visit) {
    int column = i % axes[2].out();
    int row = i / axes[2].out() % axes[1].out();
    int depth = i / axes[2].out() / axes[1].out();
    for (int t = axes[0].first(depth); t < axes[0].end(depth); t++) {
      for (int u = axes[1].first(row); u < axes[1].end(row); u++) {
        int line =
            (axes[0].inputIndex(depth, t) * axes[1].in() + axes[1].inputIndex(row, u))
                * axes[2].in();
        for (int v = axes[2].first(column); v < axes[2].end(column); v++) {
          visit.accept(line + axes[2].inputIndex(column, v));
        }
      }
    }
  }

  private static int size(SpatialAxis[] axes) {
    return axes[0].in() * axes[1].in() * axes[2].in();
  }

  private static int windows(SpatialAxis[] axes) {
    return axes[0].out() * axes[1].out() * axes[2].out();
  }

  /** Finds the largest element of a window and its position. */
  private static final class Largest implements Visit {
    private final float[] x;
    private int mapOffset;
    private float value;
    private int largestIndex;

    Largest(float[] x) {
      this.x = x;
    }

    void begin(int map) {
      mapOffset = map;
      value = Float.NEGATIVE_INFINITY;
      largestIndex = -1;
    }

    @Override
    public void accept(int index) {
      float candidate = x[mapOffset + index];
      if (largestIndex < 0 || candidate > value || Float.isNaN(candidate)) {
        value = candidate;
        largestIndex = index;
      }
    }
  }

  /**
   * The second output has indices into the complete input, row-major or (storage_order)
   * column-major.
   */
  private static List<NdArray> maxPool(OperatorContext context) {
    NdArray x = context.floats(0);
    SpatialAxis[] axes = axes(context, x);
    int[] dims = SpatialAxis.dims(context, axes, x.dim(0), x.dim(1), x.rank() - 2);
    NdArray y = NdArray.zeros(x.type(), dims);
    boolean indices = context.node().outputs().size() > 1;
    long[] found = new long[indices ? y.size() : 0];
    boolean columns = context.node().integer("storage_order", 0) != 0;
    int windows = windows(axes);
    float[] out = y.floats();
    context
        .workers()
        .run(
            x.dim(0) * x.dim(1),
            (map, worker) -> {
              Largest largest = new Largest(x.floats());
              for (int i = 0; i < windows; i++) {
                largest.begin(map * size(axes));
                visit(axes, i, largest);
                out[map * windows + i] = largest.value;
                if (indices) {
                  int index = Math.max(0, largest.largestIndex);
                  found[map * windows + i] =
                      (long) map * size(axes) + (columns ? transposed(axes, index) : index);
                }
              }
            });
    return indices ? List.of(y, NdArray.of(dims, found)) : List.of(y);
  }

  /** The index in a column-major map. */
  private static int transposed(SpatialAxis[] axes, int index) {
    int column = index % axes[2].in();
    int row = index / axes[2].in() % axes[1].in();
    int depth = index / axes[2].in() / axes[1].in();
    return (column * axes[1].in() + row) * axes[0].in() + depth;
  }

  /** Sums the elements of a window in double. */
  private static final class Sum implements Visit {
    private final float[] x;
    private int mapOffset;
    private double sum;
    private int count;

    Sum(float[] x) {
      this.x = x;
    }

    void begin(int map) {
      mapOffset = map;
      sum = 0;
      count = 0;
    }

    @Override
    public void accept(int index) {
      sum += x[mapOffset + index];
      count++;
    }
  }

  /**
   * Padding counts if count_include_pad is set. Elements that ceil_mode adds behind it do not
   * count, as in PyTorch, which has no dilated means; for those ONNX's test data of version 1.17
   * count the full window (version 1.18 no longer does).
   */
  private static NdArray averagePool(OperatorContext context) {
    NdArray x = context.floats(0);
    SpatialAxis[] axes = axes(context, x);
    int[] dims = SpatialAxis.dims(context, axes, x.dim(0), x.dim(1), x.rank() - 2);
    NdArray y = NdArray.zeros(x.type(), dims);
    boolean padding = context.node().integer("count_include_pad", 0) != 0;
    int windows = windows(axes);
    float[] out = y.floats();
    context
        .workers()
        .run(
            x.dim(0) * x.dim(1),
            (map, worker) -> {
              Sum sum = new Sum(x.floats());
              for (int i = 0; i < windows; i++) {
                sum.begin(map * size(axes));
                visit(axes, i, sum);
                long count = padding ? padded(axes, i) : sum.count;
                out[map * windows + i] = (float) (sum.sum / count);
              }
            });
    return y;
  }

  private static long padded(SpatialAxis[] axes, int i) {
    if (axes[0].dilation() > 1 || axes[1].dilation() > 1 || axes[2].dilation() > 1) {
      return (long) axes[0].kernel() * axes[1].kernel() * axes[2].kernel();
    }
    int column = i % axes[2].out();
    int row = i / axes[2].out() % axes[1].out();
    int depth = i / axes[2].out() / axes[1].out();
    return (long) axes[0].padded(depth) * axes[1].padded(row) * axes[2].padded(column);
  }

  private static NdArray global(OperatorContext context, boolean max) {
    NdArray x = context.in(0);
    if (x.rank() < 3 || x.type() != ElementType.FLOAT) {
      throw context.error("expects float of 3 dimensions or more, got " + x);
    }
    int[] dims = x.dims();
    int size = Strided.product(dims, 2, dims.length);
    Arrays.fill(dims, 2, dims.length, 1);
    NdArray y = NdArray.zeros(x.type(), dims);
    for (int map = 0; map < y.size(); map++) {
      double value = max ? Double.NEGATIVE_INFINITY : 0;
      for (int i = 0; i < size; i++) {
        float element = x.floats()[map * size + i];
        value = max ? Math.max(value, element) : value + element;
      }
      y.floats()[map] = (float) (max ? value : value / size);
    }
    return y;
  }
}
