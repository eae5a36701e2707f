package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.FusedOutput;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.FusedMaxPool;
import io.fovea.kernel.vector.conv.OrderedReduction;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.WindowAxis;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The direct convolution, without a copy of its windows: y's pixels are the rows, filters the
 * vectors, and the terms are the kernel's taps, read from a padded copy of the image ({@link
 * DirectConvBlocks}). Any stride, padding, dilation and number of groups.
 *
 * <p>Weights are stored in panels: [group][filters / L][tap][L] with tap = (u*KW + v)*C + c, so
 * that one vector holds the same tap of L filters. The weight gradient has the same panels. The
 * input gradient is also a convolution, of dy with the flipped kernel whose channels and filters
 * are exchanged: one for each phase of the stride ({@link StridePhase}). Its panels are rearranged
 * once for each call.
 *
 * <p>Work is divided into images (bands of an image for a single one). The weight gradient sums
 * into accumulators of fixed groups of images, which are added in index order.
 */
public final class DirectConv2d implements Conv2dKernel {
  /**
   * The most accumulators of the weight gradient: enough for many cores, few enough to be added
   * quickly.
   */
  private static final int MOST_ACCUMULATORS = 16;

  /**
   * Bands of a single image's pooled output: few, since neighbouring bands both compute a row of
   * the map.
   */
  private static final int POOLED_BANDS = 4;

  /** About how many floats of a map are computed before they are pooled: 128 KB. */
  private static final int POOLED_PIECE = 1 << 15;

  private static final int LARGEST_ACCUMULATORS = 1 << 22; // floats of all accumulators

  private final Conv2dGeometry g;
  private final Window window;
  private final DirectPass forward;
  private final DirectPass backward;
  private final DirectWeightGradient weightGradient;

  public DirectConv2d(Conv2dGeometry geometry) {
    this.g = geometry;
    this.window = geometry.window();
    this.forward = DirectPass.forward(geometry);
    this.backward = DirectPass.inputGradient(geometry);
    this.weightGradient = new DirectWeightGradient(geometry, forward);
  }

  /** Whether the stride is larger than 1. */
  public static boolean isStrided(Conv2dGeometry g) {
    return g.window().strideHeight() > 1 || g.window().strideWidth() > 1;
  }

  /** The tables of all passes. */
  public static List<KernelTable> tables() {
    List<KernelTable> tables = new ArrayList<>(DirectConvBlocks.TABLES);
    tables.addAll(RowReuseBlocks.tables());
    tables.addAll(RowReuseGradient.TABLES);
    tables.add(DirectWeightGradientBlocks.KERNELS);
    return tables;
  }

  @Override
  public String name() {
    return "direct";
  }

  @Override
  public void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {
    Pool2dGeometry pool = call.pooling();
    switch (pass) {
      case FORWARD -> {
        forward.scratch().add(forward.band(call.images()), sizes);
        if (pool != null) {
          int rows = pooledRows(pool, pool.outputHeight());
          sizes.own(Scratch.MAPS, ALIGNED_START + (long) rows * g.outputWidth() * g.filters());
          forward.scratch().add(rows * g.outputWidth(), sizes);
        }
      }
      case INPUT_GRADIENT -> {
        sizes.shared(0, backward.biasLength());
        sizes.shared(1, backward.panelLength());
        backward.scratch().add(backward.band(call.images()), sizes);
      }
      case WEIGHT_GRADIENT -> {
        int accumulators = Math.ceilDiv(call.images(), share(call.images()));
        int length = Lanes.roundUp(forward.panelLength() + forward.biasLength());
        sizes.shared(0, (long) accumulators * length);
        sizes.shared(1, forward.biasLength());
        weightGradient.scratch(sizes);
        if (pool != null) {
          sizes.own(Scratch.MAPS, ALIGNED_START + (long) g.outputElements());
          sizes.own(Scratch.POOLED, (long) pool.outputHeight() * pool.outputWidth() * g.filters());
        } else if (call.gated() && !call.withInput()) {
          sizes.own(Scratch.GATED, ALIGNED_START + (long) g.outputElements());
        } else {
          gatedScratch(g.outputElements(), call, sizes);
        }
      }
    }
  }

  /** Rows of the map that are computed before they are pooled to at most {@code most} rows. */
  private int pooledRows(Pool2dGeometry pool, int most) {
    return (pooledStep(pool, most) - 1) * pool.window().strideHeight()
        + pool.window().reachHeight();
  }

  private int pooledStep(Pool2dGeometry pool, int most) {
    long row = (long) g.outputWidth() * g.filters();
    return Math.clamp(POOLED_PIECE / (pool.window().strideHeight() * row), 1, most);
  }

  @Override
  public long derived() {
    return forward.scratch().reordered();
  }

  @Override
  public Packing packing() {
    return Packing.of(g.filters(), g.taps(), forward.panelLength(), this::positions);
  }

  /** The positions of the weights of one filter. */
  private void positions(int o, int[] positions) {
    int at = 0;
    for (int c = 0; c < g.groupChannels(); c++) {
      for (int u = 0; u < window.kernelHeight(); u++) {
        for (int v = 0; v < window.kernelWidth(); v++) {
          positions[at++] = position(o, c, u, v);
        }
      }
    }
  }

  /** The position of weight (o, c, u, v) in the panels. */
  private int position(int o, int c, int u, int v) {
    int lane = o % g.groupFilters();
    int tap = (u * window.kernelWidth() + v) * g.groupChannels() + c;
    return forward.panel(o / g.groupFilters(), lane / Lanes.COUNT)
        + tap * Lanes.COUNT
        + lane % Lanes.COUNT;
  }

  @Override
  public void forward(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources) {
    float[] bias = forward.bias(b, resources.scratch());
    if (epilogue.pooling() == null) {
      forward.run(y, x, w, bias, epilogue, resources);
    } else {
      forwardPooled(y, epilogue.pooling(), x, w, bias, resources);
    }
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    // dx has no bias, but blocks start their sums from one: zeros.
    float[] bias = resources.scratch().shared(0, backward.biasLength());
    java.util.Arrays.fill(bias, 0, backward.biasLength(), 0);
    float[] panels = resources.scratch().shared(1, backward.panelLength());
    for (int k = 0; k < backward.phases().size(); k++) {
      int phase = k;
      int taps = backward.phases().get(k).taps();
      resources.run(
          g.groups() * backward.vectors() * taps,
          (chunk, worker) -> flip(panels, w, phase, chunk / taps, chunk % taps));
    }
    Resources changing = new Resources(resources.workers(), resources.scratch()); // as panels do
    backward.run(OutputView.of(dx), dy, panels, bias, Epilogue.NONE, changing);
  }

  /**
   * Writes one tap of one panel of a phase of the input gradient: channels become filters, and taps
   * are in dy's order, the reverse of w's.
   */
  private void flip(float[] panels, float[] w, int phase, int vector, int tap) {
    WindowAxis rows = backward.phases().get(phase).rows();
    WindowAxis columns = backward.phases().get(phase).columns();
    int u = rows.kernel(tap / columns.taps());
    int v = columns.kernel(tap % columns.taps());
    int group = vector / backward.vectors();
    int channel = vector % backward.vectors() * Lanes.COUNT;
    Panels.packTransposed(
        panels,
        backward.panel(phase, 0, vector) + tap * g.groupFilters() * Lanes.COUNT,
        Lanes.COUNT,
        Math.min(Lanes.COUNT, g.groupChannels() - channel),
        w,
        forward.panel(group, 0),
        Lanes.COUNT,
        g.taps(),
        g.groupFilters(),
        (u * window.kernelWidth() + v) * g.groupChannels() + channel);
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    weightGradients(dw, db, x, dy, null, resources);
  }

  /** No pooling where dx is needed: two passes would each need the maps' gradients. */
  @Override
  public boolean supports(Epilogue epilogue, int images, boolean withInputGradient) {
    return epilogue.pooling() == null || !withInputGradient;
  }

  private void forwardPooled(
      OutputView y,
      Epilogue.Pooling pooling,
      Tensor x,
      float[] w,
      float[] bias,
      Resources resources) {
    float[] panels = forward.inOrder(w, resources);
    int height = pooling.kernel().geometry().outputHeight();
    int bands = DirectPass.areEnough(x.count()) ? 1 : Math.min(POOLED_BANDS, height);
    resources.run(
        x.count() * bands,
        (chunk, worker) -> {
          int n = chunk / bands;
          int from = chunk % bands * height / bands;
          int to = (chunk % bands + 1) * height / bands;
          pooledRows(y, pooling, n, from, to, x, panels, bias, resources, worker);
        });
  }

  /**
   * Computes rows from (inclusive) to (exclusive) of the pooled output of image n: a few rows of
   * the map, then the maxima of their windows, so that only a small part of the map is in the cache
   * at a time. Rows that the next windows share are kept; each band computes its own.
   */
  private void pooledRows(
      OutputView y,
      Epilogue.Pooling pooling,
      int n,
      int from,
      int to,
      Tensor x,
      float[] panels,
      float[] bias,
      Resources resources,
      int worker) {
    Pool2dGeometry pool = pooling.kernel().geometry();
    int row = g.outputWidth() * g.filters();
    int step = pooledStep(pool, to - from);
    int most = pooledRows(pool, to - from);
    float[] map = resources.scratch().of(worker, Scratch.MAPS, ALIGNED_START + most * row);
    int begin = 0; // of the rows in map
    int end = 0;
    for (int i = from; i < to; i += step) {
      int last = Math.min(i + step, to);
      int first = pool.firstRow(i);
      // Windows overlap where the kernel exceeds the stride: shared rows move up, computed once.
      int kept = i == from ? 0 : Math.max(0, end - first);
      if (kept > 0) {
        System.arraycopy(
            map, ALIGNED_START + (first - begin) * row, map, ALIGNED_START, kept * row);
      }
      begin = first;
      end = pool.endRow(last - 1);
      // Where the complete map would begin, so that rows keep their numbers; it may be negative.
      int mapAt = ALIGNED_START - begin * row;
      forward.rows(map, mapAt, x, n, begin + kept, end, panels, bias, resources, worker);
      pooling.kernel().forwardRows(y, pooling.winners(), n, map, mapAt, i, last);
    }
    // ReLU and maximum commute, and there are fewer numbers behind the maximum.
    int pooledRow = pool.outputWidth() * g.filters();
    int at = y.at() + (n * pool.outputHeight() + from) * pooledRow;
    ClampLoops.relu(y.array(), at, y.array(), at, (to - from) * pooledRow);
  }

  @Override
  public void backward(
      @Nullable Tensor dx,
      float[] dw,
      float[] db,
      Tensor x,
      Tensor dy,
      @Nullable FusedOutput output,
      float[] w,
      Resources resources) {
    if (output != null && output.epilogue().pooling() != null) {
      MapGradient pooled =
          (n, worker) ->
              new FusedMaxPool(g, output, g.outputElements(), resources, worker)
                  .gradients(dy, n, n + 1);
      weightGradients(dw, db, x, resources, pooled);
    } else if (dx == null) { // no other pass reads the gated gradient: one image of it at a time
      weightGradients(dw, db, x, dy, output == null ? null : output.y(), resources);
    } else {
      Conv2dKernel.super.backward(dx, dw, db, x, dy, output, w, resources);
    }
  }

  /** Provides the gradient of an image's map to a worker, as an image of a tensor. */
  private interface MapGradient {
    Tensor of(int n, int worker);
  }

  private void weightGradients(
      float[] dw,
      float[] db,
      Tensor x,
      Tensor dy,
      @Nullable Tensor rectified,
      Resources resources) {
    int map = g.outputElements();
    Shape shape = dy.shape();
    weightGradients(
        dw,
        db,
        x,
        resources,
        (n, worker) -> {
          int at = dy.offset() + n * map;
          if (rectified == null) {
            return Tensor.on(dy.array(), at, shape, 1);
          }
          float[] dz = resources.scratch().of(worker, Scratch.GATED, ALIGNED_START + map);
          int yAt = rectified.offset() + n * map;
          ClampLoops.gate(dz, ALIGNED_START, dy.array(), at, rectified.array(), yAt, map);
          return Tensor.on(dz, ALIGNED_START, shape, 1);
        });
  }

  /** Images of an accumulator. */
  private int share(int images) {
    int length = ALIGNED_START + g.groups() * Lanes.roundUpWidest(g.groupFilters()) * g.taps();
    // Sized by the widest vectors, since the number of accumulators changes bits.
    int most = Math.clamp(LARGEST_ACCUMULATORS / length, 1, MOST_ACCUMULATORS);
    return Math.max(1, (images + most - 1) / most);
  }

  private void weightGradients(
      float[] dw, float[] db, Tensor x, Resources resources, MapGradient gradient) {
    int length = forward.panelLength();
    int biases = forward.biasLength();
    int images = x.count();
    int share = share(images);
    int accumulators = (images + share - 1) / share;
    int stride = Lanes.roundUp(length + biases);
    float[] sums = resources.scratch().shared(0, accumulators * stride);
    resources.run(
        accumulators,
        (chunk, worker) -> {
          int from = chunk * stride;
          java.util.Arrays.fill(sums, from, from + stride, 0);
          for (int n = chunk * share; n < Math.min(images, (chunk + 1) * share); n++) {
            Tensor dz = gradient.of(n, worker);
            weightGradient.add(
                sums, from, from + length, x, dz.array(), dz.offset(), n, resources, worker);
          }
        });
    int piece = 4096;
    int pieces = (length + piece - 1) / piece;
    resources.run(
        pieces,
        (chunk, worker) -> {
          int from = chunk * piece;
          int end = Math.min(length, from + piece);
          OrderedReduction.sum(dw, from, end, sums, 0, stride, accumulators);
        });
    float[] bias = resources.scratch().shared(1, biases);
    OrderedReduction.sum(bias, 0, biases, sums, length, stride, accumulators);
    forward.collectBias(db, bias);
  }
}
