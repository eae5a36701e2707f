package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.gemm.KBlocking;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.ColumnSums;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Prefetch;
import io.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * The weight gradient as a matrix product: dw[term][filter] = sum over pixels of patch[pixel][term]
 * * dy[pixel][filter], and db[filter] = sum over pixels of dy[pixel][filter].
 *
 * <p>A slice of the terms is multiplied by a block of pixels at a time: their patches are copied as
 * rows, which are the columns of the transposed matrix, and dy into panels, or read in place where
 * terms are few. Where a pixel's patch is the pixel itself (1x1), it is read in place, and the
 * pixels of all images of a share are one matrix: blocks do not end with an image. A piece of work
 * is a slice of the terms by some panels of filters over a fixed share of the images; the shares'
 * sums are added in index order.
 */
final class GemmWeightGradient {
  private static final int L = Lanes.COUNT;

  /** Pixels of a block: with 512 terms its patches fill 256 KB. */
  private static final int BLOCK = 128;

  /** With at most so many terms, packing dy would take longer than packed blocks gain. */
  private static final int FEW_TERMS = 64;

  /** The most shares of the images: enough for many cores, few enough to be added quickly. */
  private static final int MOST_SHARES = 16;

  private static final int LARGEST_SUMS = 1 << 22; // floats of all sums

  /** The least number of pixels of a share that are read in place. */
  private static final int FEWEST_PIXELS = 1024;

  /** Pieces of work of at least so many shares and slices need no division of the panels. */
  private static final int ENOUGH_PIECES = 16;

  private final FeatureMap input;
  private final FeatureMap output;
  private final StridePhase phase;
  private final Patches patches;
  private final Panels sums; // of one group
  private final int terms;
  private final int slice;
  private final int stride;
  private final boolean inPlace;
  private final int mostShares;
  private final int leastImages; // of a share

  GemmWeightGradient(FeatureMap input, FeatureMap output, StridePhase phase) {
    this.input = input;
    this.output = output;
    this.phase = phase;
    this.patches = new Patches(input, phase);
    this.terms = patches.terms();
    this.sums = new Panels(output.groupChannels(), terms);
    this.slice = KBlocking.length(terms, MacroKernel.ROWS);
    this.inPlace = phase.isIdentity(input);
    this.stride = Lanes.roundUp(output.groups() * sums.length() + output.channels());
    // Shares are sums of their own, so their number is that of the widest vectors everywhere.
    int rows = Math.ceilDiv(terms, MacroKernel.MOST_ROWS) * MacroKernel.MOST_ROWS;
    int lines = output.groups() * Lanes.roundUpWidest(output.groupChannels());
    int sum = Lanes.roundUpWidest(lines * rows + output.channels());
    this.mostShares = Math.clamp(LARGEST_SUMS / sum, 1, MOST_SHARES);
    boolean isJoined = phase.isIdentity(input) && rows == terms;
    this.leastImages = isJoined ? Math.ceilDiv(FEWEST_PIXELS, phase.pixels()) : 1;
  }

  void run(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    int images = x.count();
    int share = share(images);
    int shares = (images + share - 1) / share;
    int panels = sums.count();
    int slices = (terms + slice - 1) / slice;
    int parts = parts(Math.max(1, shares) * slices);
    float[] all = resources.scratch().shared(0, ALIGNED_START + Math.max(1, shares) * stride);
    Arrays.fill(all, 0, ALIGNED_START + Math.max(1, shares) * stride, 0);
    resources.run(
        shares * slices * parts,
        (chunk, worker) -> {
          int k = chunk / parts % slices * slice;
          int part = chunk % parts;
          int number = chunk / parts / slices;
          Share own =
              new Share(
                  all,
                  ALIGNED_START + number * stride,
                  panels * part / parts,
                  panels * (part + 1) / parts,
                  x,
                  dy,
                  resources,
                  worker);
          int first = number * share;
          int end = Math.min(images, first + share);
          if (inPlace) {
            own.add(first, (end - first) * phase.pixels(), k);
          } else {
            for (int n = first; n < end; n++) {
              own.add(n, phase.pixels(), k);
            }
          }
        });
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

  /** What {@link #run} needs of the scratch. */
  void scratch(int images, ScratchSizes sizes) {
    int shares = Math.max(1, Math.ceilDiv(images, share(images)));
    sizes.shared(0, ALIGNED_START + (long) shares * stride);
    sizes.own(0, (long) BLOCK * Patches.row(slice));
    sizes.own(1, ALIGNED_START + (long) BLOCK * Panels.WIDTH);
  }

  /** Images whose sums are one. */
  private int share(int images) {
    return Math.max(leastImages, Math.ceilDiv(images, mostShares));
  }

  /** Parts of the panels where shares and slices are few; patches would be copied for each. */
  private int parts(int pieces) {
    return inPlace ? Math.clamp(ENOUGH_PIECES / pieces, 1, sums.count()) : 1;
  }

  /** Computes one panel of dw: the shares' sums in index order. */
  private void combine(float[] dw, float[] all, int shares, int group, int panel) {
    int from = ALIGNED_START + group * sums.length() + sums.at(panel);
    int end = from + terms * sums.vectors(panel) * L;
    System.arraycopy(all, from, dw, from, end - from);
    for (int k = 1; k < shares; k++) {
      for (int i = from; i < end; i++) {
        dw[i] += all[i + k * stride];
      }
    }
  }

  /** The sums of one share of the images, [group]{@link Panels} and then db; for one worker. */
  private final class Share {
    private final MacroKernel product = MacroKernel.ofColumns();
    private final int sumsAt;
    private final int firstPanel;
    private final int endPanel;
    private final Tensor x;
    private final Tensor dy;
    private final float[] buffer;
    private final float[] right;

    Share(
        float[] all,
        int sumsAt,
        int firstPanel,
        int endPanel,
        Tensor x,
        Tensor dy,
        Resources resources,
        int worker) {
      this.sumsAt = sumsAt;
      this.firstPanel = firstPanel;
      this.endPanel = endPanel;
      this.x = x;
      this.dy = dy;
      this.buffer = resources.scratch().of(worker, 0, BLOCK * Patches.row(slice));
      this.right = resources.scratch().of(worker, 1, ALIGNED_START + BLOCK * Panels.WIDTH);
      product.c = all;
      product.continues = true;
    }

    /** Adds so many pixels from the first one of image n on, terms from k on. */
    void add(int n, int pixels, int k) {
      int count = Math.min(slice, terms - k);
      boolean isWhole = inPlace && count == terms && endPanel - firstPanel == sums.count();
      int xAt = x.offset() + n * input.elements();
      Patches.Unfold unfold = patches.new Unfold(x.array(), xAt, buffer);
      for (int first = 0; first < pixels; first += BLOCK) {
        product.terms = Math.min(BLOCK, pixels - first);
        int dyAt = dy.offset() + n * output.elements() + first * output.channels();
        if (isWhole) { // packing and columns do not follow memory
          int xFrom = xAt + first * input.channels();
          int dyTo = dyAt + product.terms * output.channels();
          right[0] =
              Prefetch.range(dy.array(), dyAt, dyTo)
                  + Prefetch.range(x.array(), xFrom, xFrom + product.terms * input.channels());
        }
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
          multiply(group, count, k, dyAt + group * output.groupChannels());
        }
        if (k == 0 && firstPanel == 0) {
          int biases = sumsAt + output.groups() * sums.length();
          ColumnSums.add(product.c, biases, dy.array(), dyAt, product.terms, output.channels());
        }
      }
    }

    private void multiply(int group, int rows, int k, int dyAt) {
      for (int panel = firstPanel; panel < endPanel; panel++) {
        int width = sums.vectors(panel) * L;
        int lines = Math.min(width, output.groupChannels() - panel * Panels.WIDTH);
        // Of few terms, packing dy costs more than a packed block gains.
        boolean isRead = rows <= FEW_TERMS && lines == width;
        int from = dyAt + panel * Panels.WIDTH;
        int step = output.channels();
        product.b = isRead ? dy.array() : right;
        product.bOffset = isRead ? from : ALIGNED_START;
        if (!isRead) {
          int n = product.terms;
          Panels.pack(right, ALIGNED_START, width, lines, n, dy.array(), from, 1, step);
        }
        product.cOffset = sumsAt + group * sums.length() + sums.at(panel) + k * width;
        product.cStride = width;
        product.run(rows, width / L, isRead ? step : width);
      }
    }
  }
}
