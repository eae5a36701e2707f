package io.fovea.kernel.vector;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.Resources;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * A depthwise convolution of a map, or its input gradient: for each phase, target row and pixel the
 * sum over the taps.
 *
 * <p>A piece of work is a band of rows of an image: the source's rows that it reads are copied with
 * zeros around them ({@link PaddedRows}), and its pixels are computed by {@link TapSums}.
 */
final class DepthwisePass {
  /** Multiply-adds of a piece of work, about. */
  private static final int PIECE = 1 << 19;

  /** A single image or so is cut for all the threads. */
  private static final int ENOUGH_IMAGES = 4;

  private final FeatureMap source;
  private final FeatureMap target;
  private final List<Phase> phases;
  private final PaddedRows padded;
  private final int[][] taps;
  private final int[][] weights;
  private final int band;

  DepthwisePass(FeatureMap source, FeatureMap target, List<Phase> phases, int kernelWidth) {
    this.source = source;
    this.target = target;
    this.phases = phases;
    this.padded = new PaddedRows(source, phases, Math.max(Lanes.COUNT, source.channels()));
    this.taps = new int[phases.size()][];
    this.weights = new int[phases.size()][];
    long work = 1;
    for (int k = 0; k < taps.length; k++) {
      Phase phase = phases.get(k);
      taps[k] = taps(phase, padded);
      weights[k] = weights(phase, kernelWidth, Lanes.roundUp(source.channels()));
      work = Math.max(work, (long) taps[k].length * phase.columns().count() * padded.channels());
    }
    this.band = Math.clamp(PIECE / work, 1, target.height());
  }

  /** Where a phase's taps lie in the padded copy, from a window's source row and column on. */
  static int[] taps(Phase phase, PaddedRows padded) {
    int columns = phase.columns().taps();
    int[] taps = new int[phase.taps()];
    for (int t = 0; t < taps.length; t++) {
      taps[t] =
          padded.distance(phase.rows().offset(t / columns), phase.columns().offset(t % columns));
    }
    return taps;
  }

  private static int[] weights(Phase phase, int kernelWidth, int channels) {
    int columns = phase.columns().taps();
    int[] weights = new int[phase.taps()];
    for (int t = 0; t < weights.length; t++) {
      int kernelRow = phase.rows().kernel(t / columns);
      weights[t] = (kernelRow * kernelWidth + phase.columns().kernel(t % columns)) * channels;
    }
    return weights;
  }

  /**
   * y from x; weights [tap][channels in whole vectors], bias in whole vectors; {@code rectified}: y
   * = max(sum, 0).
   */
  void run(Tensor y, Tensor x, float[] w, float[] bias, boolean rectified, Resources resources) {
    int parts = x.count() < ENOUGH_IMAGES ? resources.workers().threads() : 1;
    int height = Math.min(band, Math.ceilDiv(target.height(), parts));
    int bands = Math.ceilDiv(target.height(), height);
    resources
        .workers()
        .run(
            x.count() * bands,
            (chunk, worker) -> {
              int from = chunk % bands * height;
              int to = Math.min(target.height(), from + height);
              Band rows = new Band(y, chunk / bands, from, to);
              rows.run(x, w, bias, resources.scratch(), worker);
              if (rectified) {
                rows.rectify();
              }
            });
  }

  /** Target rows from (inclusive) to (exclusive) of an image, computed by one worker. */
  private final class Band {
    private final TapSums sums = new TapSums();
    private final float[] y;
    private final int yAt;
    private final int n;
    private final int from;
    private final int to;
    private int first; // source row copied
    private int end;

    Band(Tensor y, int n, int from, int to) {
      this.y = y.array();
      this.yAt = y.offset() + n * target.elements();
      this.n = n;
      this.from = from;
      this.to = to;
    }

    void run(Tensor x, float[] w, float[] bias, Scratch scratch, int worker) {
      findSourceRows();
      sums.source = scratch.of(worker, 0, FIRST + padded.length(end - first));
      padded.copy(sums.source, FIRST, x.array(), x.offset() + n * source.elements(), first, end);
      sums.w = w;
      sums.init = bias;
      boolean whole = padded.channels() == target.channels();
      sums.target = whole ? y : scratch.of(worker, 1, target.width() * padded.channels());
      for (int k = 0; k < phases.size(); k++) {
        Axis rows = phases.get(k).rows();
        sums.taps = taps[k];
        sums.weights = weights[k];
        for (int i = rows.indexFrom(from); i < rows.indexFrom(to); i++) {
          row(phases.get(k), i, whole);
        }
      }
    }

    /** The source rows that any phase's taps reach. */
    private void findSourceRows() {
      first = Integer.MAX_VALUE;
      end = Integer.MIN_VALUE;
      for (Phase phase : phases) {
        Axis rows = phase.rows();
        if (rows.taps() > 0 && rows.indexFrom(from) < rows.indexFrom(to)) {
          first = Math.min(first, rows.firstSource(rows.indexFrom(from)));
          end = Math.max(end, rows.lastSource(rows.indexFrom(to) - 1) + 1);
        }
      }
      if (first > end) {
        first = 0;
        end = 0;
      }
    }

    /**
     * The i-th row of a phase; where channels do not fill a vector, through a row where they do.
     */
    private void row(Phase phase, int i, boolean whole) {
      Axis columns = phase.columns();
      int pixel = phase.rows().target(i) * target.width() + columns.target(0);
      int at = yAt + pixel * target.channels();
      int step = columns.step() * target.channels();
      sums.sourceAt =
          FIRST + padded.origin() + padded.distance(i * phase.rows().stride() - first, 0);
      sums.sourceStep = padded.distance(0, columns.stride());
      sums.targetAt = whole ? at : 0;
      sums.targetStep = whole ? step : padded.channels();
      sums.run(columns.count(), padded.channels());
      for (int j = 0; !whole && j < columns.count(); j++) {
        System.arraycopy(sums.target, j * padded.channels(), y, at + j * step, target.channels());
      }
    }

    void rectify() {
      int at = yAt + from * target.row();
      VectorRelu.rectify(y, at, y, at, (to - from) * target.row());
    }
  }
}
