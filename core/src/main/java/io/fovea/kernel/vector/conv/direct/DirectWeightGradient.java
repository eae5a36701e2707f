package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;
import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.conv.direct.DirectConvBlocks.Windows;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import jdk.incubator.vector.FloatVector;

/**
 * The weight gradient of one image: dw[tap][o] += sum over pixels of x[pixel + tap] * dy[pixel][o].
 * Rows are taps, vectors are filters and the terms are the pixels of the output.
 */
final class DirectWeightGradient {
  private final Conv2dGeometry g;
  private final DirectPass forward;
  private final int pixels;
  private final boolean slides; // computed by RowReuseGradient

  DirectWeightGradient(Conv2dGeometry geometry, DirectPass forward) {
    this.g = geometry;
    this.forward = forward;
    this.pixels = g.outputHeight() * g.outputWidth();
    Window w = g.window();
    this.slides =
        w.strideWidth() == 1
            && w.dilationWidth() == 1
            && RowReuseGradient.fits(
                g.channels(), w.kernelWidth(), forward.vectors(), g.outputWidth());
  }

  /**
   * Adds image n's share to the panels at dwAt and the padded biases at dbAt of {@code sums}; the
   * image's dy begins at dyAt.
   */
  void add(
      float[] sums,
      int dwAt,
      int dbAt,
      Tensor x,
      float[] dy,
      int dyAt,
      int n,
      Resources resources,
      int worker) {
    Windows windows = forward.windows();
    DirectWeightGradientBlocks product =
        new DirectWeightGradientBlocks(windows, pixels / windows.width());
    int imageAt = x.offset() + n * g.inputElements();
    int xAt = imageAt;
    product.a = x.array();
    if (!forward.isPlain()) {
      PaddedRows padded = forward.padded();
      int top = padded.firstRow(0, g.outputHeight());
      int bottom = padded.endRow(0, g.outputHeight());
      product.a = resources.scratch().of(worker, 0, padded.length(bottom - top));
      padded.copy(product.a, 0, x.array(), imageAt, top, bottom);
      xAt = 0;
    }
    int filters = g.groupFilters();
    int width = forward.vectors() * Lanes.COUNT;
    boolean whole = filters == width;
    float[] tile = whole ? dy : resources.scratch().of(worker, 1, ALIGNED_START + pixels * width);
    product.b = tile;
    product.bStride = whole ? g.filters() : width;
    product.sums = sums;
    product.sumsVector = windows.taps() * Lanes.COUNT;
    for (int group = 0; group < g.groups(); group++) {
      int from = dyAt + group * filters;
      if (!whole) {
        gather(tile, dy, from, filters, width);
      }
      product.aOffset = xAt + group * g.groupChannels();
      product.bOffset = whole ? from : ALIGNED_START;
      product.sumsOffset = dwAt + forward.panel(group, 0);
      if (slides) {
        slide(product);
      } else {
        product.run(forward.vectors());
      }
      addBias(sums, dbAt + group * width, tile, product.bOffset, product.bStride, width);
    }
  }

  /** What {@link #add} needs of the scratch. */
  void scratch(ScratchSizes sizes) {
    if (!forward.isPlain()) {
      PaddedRows padded = forward.padded();
      int rows = padded.endRow(0, g.outputHeight()) - padded.firstRow(0, g.outputHeight());
      sizes.own(0, padded.length(rows));
    }
    int width = forward.vectors() * Lanes.COUNT;
    if (width != g.groupFilters()) {
      sizes.own(1, ALIGNED_START + (long) pixels * width);
    }
  }

  /** The same sums by loops that share their broadcasts. */
  private void slide(DirectWeightGradientBlocks product) {
    Windows windows = forward.windows();
    RowReuseGradient sliding = new RowReuseGradient();
    sliding.a = product.a;
    sliding.aRow = windows.kernelRowStep();
    sliding.kernelRows = windows.kernelRows();
    sliding.dy = product.b;
    sliding.dyStride = product.bStride;
    sliding.aOffset = product.aOffset;
    sliding.dyOffset = product.bOffset;
    int rows = g.outputHeight();
    sliding.run(product.sums, product.sumsOffset, rows, g.outputWidth(), windows.rowStep());
  }

  /** Copies one group's filters of every pixel, padded with zeros to full vectors. */
  private void gather(float[] tile, float[] dy, int from, int filters, int width) {
    java.util.Arrays.fill(tile, ALIGNED_START, ALIGNED_START + pixels * width, 0);
    for (int p = 0; p < pixels; p++) {
      System.arraycopy(dy, from + p * g.filters(), tile, ALIGNED_START + p * width, filters);
    }
  }

  /** Sums the pixels in four independent chains, whose latencies overlap. */
  private void addBias(float[] sums, int at, float[] dy, int from, int step, int width) {
    for (int v = 0; v < width; v += Lanes.COUNT) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, sums, at + v);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector s2 = FloatVector.zero(SPECIES);
      FloatVector s3 = FloatVector.zero(SPECIES);
      int p = 0;
      for (; p + 4 <= pixels; p += 4) {
        int pixel = from + p * step + v;
        s0 = s0.add(FloatVector.fromArray(SPECIES, dy, pixel));
        s1 = s1.add(FloatVector.fromArray(SPECIES, dy, pixel + step));
        s2 = s2.add(FloatVector.fromArray(SPECIES, dy, pixel + 2 * step));
        s3 = s3.add(FloatVector.fromArray(SPECIES, dy, pixel + 3 * step));
      }
      for (; p < pixels; p++) {
        s0 = s0.add(FloatVector.fromArray(SPECIES, dy, from + p * step + v));
      }
      s0.add(s1).add(s2.add(s3)).intoArray(sums, at + v);
    }
  }
}
