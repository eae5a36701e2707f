package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.gemm.KBlocking;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.ColumnSums;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.LoopLines;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The weight gradient as a matrix product: dw[term][filter] = sum over pixels of patch[pixel][term]
 * * dy[pixel][filter], and db[filter] = sum over pixels of dy[pixel][filter].
 *
 * <p>A slice of the terms is multiplied by a block of pixels at a time: their patches are copied as
 * rows, which are the columns of the transposed matrix, and dy into panels. A piece of work is a
 * slice of the terms over a fixed share of the images, with its own sums; the shares' sums are
 * added in index order.
 */
final class GemmWeightGradient {
  private static final int L = Lanes.COUNT;
  private static final int R = MacroKernel.ROWS;

  /** Pixels of a block: with 512 terms its patches fill 256 KB. */
  private static final int BLOCK = 128;

  /** The most shares of the images: enough for many cores, few enough to be added quickly. */
  private static final int MOST_SHARES = 16;

  private static final int LARGEST_SUMS = 1 << 22; // floats of all sums

  private final FeatureMap input;
  private final FeatureMap output;
  private final StridePhase phase;
  private final Patches patches;
  private final Panels sums; // of one group, terms rounded up to full blocks of rows
  private final int terms;
  private final int slice;
  private final int stride;

  GemmWeightGradient(FeatureMap input, FeatureMap output, StridePhase phase) {
    this.input = input;
    this.output = output;
    this.phase = phase;
    this.patches = new Patches(input, phase);
    this.terms = patches.terms();
    this.sums = new Panels(output.groupChannels(), MacroKernel.roundUpRows(terms));
    this.slice = KBlocking.length(terms, R);
    this.stride = Lanes.roundUp(output.groups() * sums.length() + output.channels());
  }

  /** dw and db. */
  void run(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    int images = x.count();
    int share = share(images);
    int shares = (images + share - 1) / share;
    int slices = (terms + slice - 1) / slice;
    float[] all = resources.scratch().shared(0, ALIGNED_START + Math.max(1, shares) * stride);
    Arrays.fill(all, 0, ALIGNED_START + Math.max(1, shares) * stride, 0);
    resources.run(
        shares * slices,
        (chunk, worker) -> {
          Share own =
              new Share(all, ALIGNED_START + chunk / slices * stride, x, dy, resources, worker);
          int first = chunk / slices * share;
          for (int n = first; n < Math.min(images, first + share); n++) {
            own.add(n, chunk % slices * slice);
          }
        });
    int panels = sums.count();
    resources.run(
        output.groups() * panels,
        (chunk, worker) -> combine(dw, all, shares, chunk / panels, chunk % panels));
    int biases = ALIGNED_START + output.groups() * sums.length();
    Arrays.fill(dw, 0, ALIGNED_START, 0);
    Arrays.fill(db, 0);
    for (int k = 0; k < shares; k++) {
      for (int o = 0; o < output.channels(); o++) {
        db[o] += all[k * stride + biases + o];
      }
    }
  }

  /** Images whose sums are one. */
  private int share(int images) {
    int most = Math.clamp(LARGEST_SUMS / stride, 1, MOST_SHARES);
    return Math.max(1, (images + most - 1) / most);
  }

  /** The loops of {@link #run}. */
  List<String> loops(int images) {
    MacroKernel product = MacroKernel.ofColumns();
    product.continues = true;
    return LoopLines.of(
        Math.ceilDiv(images, share(images)) * Math.ceilDiv(terms, slice),
        "%d images, %d of %d taps and channels"
            .formatted(share(images), Math.min(slice, terms), terms),
        "images, pieces of %d pixels (k), groups, panels of filters (n), blocks of taps and channels (m)"
            .formatted(BLOCK),
        product.block(sums.vectors(0)));
  }

  /** Computes one panel of dw: the shares' sums in index order. */
  private void combine(float[] dw, float[] all, int shares, int group, int panel) {
    Panels stored = new Panels(sums.lines(), terms);
    int to = ALIGNED_START + group * stored.length() + stored.at(panel);
    int from = ALIGNED_START + group * sums.length() + sums.at(panel);
    int length = terms * sums.vectors(panel) * L;
    System.arraycopy(all, from, dw, to, length);
    for (int k = 1; k < shares; k++) {
      int at = from + k * stride;
      for (int i = 0; i < length; i++) {
        dw[to + i] += all[at + i];
      }
    }
  }

  /** The sums of one share of the images, [group]{@link Panels} and then db; for one worker. */
  private final class Share {
    private final MacroKernel product = MacroKernel.ofColumns();
    private final int sumsAt;
    private final Tensor x;
    private final Tensor dy;
    private final float[] buffer;
    private final float[] right;

    Share(float[] all, int sumsAt, Tensor x, Tensor dy, Resources resources, int worker) {
      this.sumsAt = sumsAt;
      this.x = x;
      this.dy = dy;
      this.buffer = resources.scratch().of(worker, 0, BLOCK * Patches.row(slice));
      this.right = resources.scratch().of(worker, 1, ALIGNED_START + BLOCK * Panels.WIDTH);
      product.c = all;
      product.continues = true;
    }

    /** Adds image n, terms from k on. */
    void add(int n, int k) {
      int count = Math.min(slice, terms - k);
      int pixels = phase.pixels();
      boolean inPlace = phase.isIdentity(input) && count % R == 0;
      int xAt = x.offset() + n * input.elements();
      Patches.Unfold unfold = patches.new Unfold(x.array(), xAt, buffer);
      for (int first = 0; first < pixels; first += BLOCK) {
        product.terms = Math.min(BLOCK, pixels - first);
        int dyAt = dy.offset() + n * output.elements() + first * output.channels();
        for (int group = 0; group < output.groups(); group++) {
          if (inPlace) {
            product.a = x.array();
            product.aOffset = xAt + first * input.channels() + group * input.groupChannels() + k;
            product.aStride = input.channels();
          } else {
            product.a = buffer;
            product.aOffset = 0;
            product.aStride = Patches.row(count);
            unfold.copy(group, first, product.terms, k, k + count);
          }
          multiply(group, (count + R - 1) / R, k, dyAt + group * output.groupChannels());
        }
        if (k == 0) {
          int biases = sumsAt + output.groups() * sums.length();
          ColumnSums.add(product.c, biases, dy.array(), dyAt, product.terms, output.channels());
        }
      }
    }

    private void multiply(int group, int blocks, int k, int dyAt) {
      product.aBlock = R;
      product.b = right;
      product.bOffset = ALIGNED_START;
      for (int panel = 0; panel < sums.count(); panel++) {
        int width = sums.vectors(panel) * L;
        int lines = Math.min(width, output.groupChannels() - panel * Panels.WIDTH);
        Panels.pack(
            right,
            ALIGNED_START,
            width,
            lines,
            product.terms,
            dy.array(),
            dyAt + panel * Panels.WIDTH,
            1,
            output.channels());
        product.cOffset = sumsAt + group * sums.length() + sums.at(panel) + k * width;
        product.cStride = width;
        product.run(blocks, width / L);
      }
    }
  }
}
