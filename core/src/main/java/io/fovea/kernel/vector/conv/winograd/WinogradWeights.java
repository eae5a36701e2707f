package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;
import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.op.TransformedWeightCache;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The filter transform of Winograd's convolution: from weights to their points (U = G w G^T for
 * each pair of channel and filter), and its adjoint, from gradients of points to the gradient of
 * the weights (dw = G^T dU G).
 *
 * <p>Weights are stored as [kernel row][kernel column][filter / L][channel][L], points as planes,
 * [row point][column point][filter / L][channel][L], the panels of {@link WinogradGemm}; channels
 * and filters are padded to full vectors. Each tap or point is a plane of one number for each pair,
 * and pieces of planes are independent.
 */
final class WinogradWeights {
  /** Channels of a piece of work, for all filters. */
  static final int CHANNELS = 8;

  private static final int L = Lanes.COUNT;

  private final int size;
  private final int taps;
  private final int channels;
  private final int plane;
  private final int filters;
  private final float[] g;
  private final float[] adjoint;

  /**
   * Weights of {@code channels} channels and {@code filters} filters, both padded to full vectors.
   */
  WinogradWeights(TileTransform transform, int channels, int filters) {
    this.size = transform.size();
    this.taps = transform.taps();
    this.channels = channels;
    this.filters = filters;
    this.plane = channels * filters;
    this.g = transform.filter();
    this.adjoint = transform.filterAdjoint();
  }

  /** Floats from one panel of filters to the next. */
  int panel() {
    return channels * Lanes.COUNT;
  }

  /** The index of a pair of channel and filter in a plane. */
  int place(int channel, int filter) {
    return filter / Lanes.COUNT * panel() + channel * Lanes.COUNT + filter % Lanes.COUNT;
  }

  /** Floats of the scratch for the transform along one dimension. */
  int scratchLength() {
    return ALIGNED_START + size * taps * plane;
  }

  /** What {@link #points} needs of the scratch. */
  void scratch(ScratchSizes sizes) {
    sizes.own(0, ALIGNED_START + (long) size * taps * CHANNELS * filters);
    if (!sizes.keeps()) {
      sizes.shared(0, ALIGNED_START + (long) pointsLength());
    }
  }

  /** Floats of all points. */
  int pointsLength() {
    return size * size * plane;
  }

  /**
   * U in the order of products: vectors [channel][L] of a panel of filters, with the strides of row
   * points, column points and panels.
   *
   * @param values U, from ALIGNED_START on
   */
  @SuppressWarnings("ArrayRecordComponent") // an operand, never compared
  record Points(float[] values, int row, int point, int panel) {}

  /**
   * U: in the shared slots 0 and 1, or cached where the weights never change (10 % of a small
   * network's inference). A cached U has the order in which products read it, [row point][filter /
   * L][column point][channel][L]: long runs are prefetched better than short ones, for which a
   * single image would wait (squeezenet 4 %, inception 7 %).
   */
  Points points(float[] w, Resources resources) {
    TransformedWeightCache derived = resources.derived();
    if (derived == null) {
      return new Points(planes(w, resources), size * plane, plane, panel());
    }
    float[] kept = derived.of(w, "points", () -> inOrder(newPlanes(w, resources)));
    return new Points(kept, size * plane, panel(), size * panel());
  }

  private float[] newPlanes(float[] w, Resources resources) {
    return points(new float[ALIGNED_START + pointsLength()], w, resources);
  }

  private float[] planes(float[] w, Resources resources) {
    return points(resources.scratch().shared(0, ALIGNED_START + pointsLength()), w, resources);
  }

  /** Copies planes to the order of products. */
  private float[] inOrder(float[] planes) {
    float[] points = new float[planes.length];
    int at = ALIGNED_START;
    for (int row = 0; row < size; row++) {
      for (int v = 0; v * Lanes.COUNT < filters; v++) {
        for (int column = 0; column < size; column++) {
          int from = ALIGNED_START + (row * size + column) * plane + v * panel();
          System.arraycopy(planes, from, points, at, panel());
          at += panel();
        }
      }
    }
    return points;
  }

  private float[] points(float[] points, float[] w, Resources resources) {
    int halfLength =
        ALIGNED_START + size * taps * CHANNELS * filters; // for a piece only: 19 MB less
    resources.run(
        channels / CHANNELS,
        (chunk, worker) -> {
          float[] half = resources.scratch().of(worker, 0, halfLength);
          points(points, w, half, chunk * CHANNELS, (chunk + 1) * CHANNELS);
        });
    return points;
  }

  /**
   * U with channels and filters exchanged, [point][channel / L][filter][L], in shared slots 0 to 2,
   * from ALIGNED_START on.
   */
  float[] turnedPoints(float[] w, Resources resources) {
    TransformedWeightCache derived = resources.derived();
    float[] points =
        derived == null
            ? planes(w, resources)
            : derived.of(w, "planes", () -> newPlanes(w, resources));
    float[] turned = resources.scratch().shared(2, ALIGNED_START + pointsLength());
    resources.run(
        size * size,
        (p, worker) -> {
          int at = ALIGNED_START + p * plane;
          for (int c = 0; c < channels; c += L) {
            int to = at + c * filters;
            Panels.packTransposed(turned, to, L, L, points, at, L, channels, filters, c);
          }
        });
    return turned;
  }

  /** Computes U = G w G^T for the pieces from (inclusive) to (exclusive). */
  private void points(float[] points, float[] w, float[] half, int from, int to) {
    int at = from * filters;
    int length = (to - from) * filters;
    for (int v = 0; v < taps; v++) {
      int column = v * plane + at;
      int row = ALIGNED_START + v * length;
      combine(half, row, taps * length, w, column, taps * plane, g, size, taps, length);
    }
    for (int p = 0; p < size; p++) {
      combine(
          points,
          ALIGNED_START + p * size * plane + at,
          plane,
          half,
          ALIGNED_START + p * taps * length,
          length,
          g,
          size,
          taps,
          length);
    }
  }

  /**
   * Computes dw = G^T dU G for the pieces from (inclusive) to (exclusive); dU begins at
   * ALIGNED_START.
   */
  void gradient(float[] dw, float[] dPoints, float[] half, int from, int to) {
    int at = from * filters;
    int length = (to - from) * filters;
    for (int p = 0; p < size; p++) {
      combine(
          half,
          ALIGNED_START + p * taps * plane + at,
          plane,
          dPoints,
          ALIGNED_START + p * size * plane + at,
          plane,
          adjoint,
          taps,
          size,
          length);
    }
    for (int v = 0; v < taps; v++) {
      int column = v * plane + at;
      combine(
          dw,
          column,
          taps * plane,
          half,
          ALIGNED_START + column,
          taps * plane,
          adjoint,
          taps,
          size,
          length);
    }
  }

  /** to[i] = sum over k of matrix[i][k] * from[k], each a run of floats. */
  private static void combine(
      float[] to,
      int toAt,
      int toStep,
      float[] from,
      int fromAt,
      int fromStep,
      float[] matrix,
      int rows,
      int columns,
      int length) {
    for (int q = 0; q < length; q += Lanes.COUNT) {
      for (int i = 0; i < rows; i++) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < columns; k++) {
          sum =
              FloatVector.fromArray(SPECIES, from, fromAt + q + k * fromStep)
                  .fma(FloatVector.broadcast(SPECIES, matrix[i * columns + k]), sum);
        }
        sum.intoArray(to, toAt + q + i * toStep);
      }
    }
  }
}
