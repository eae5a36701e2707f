package io.fovea.kernel.vector.conv.depthwise;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.conv.PostOps;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.WindowAxis;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A depthwise convolution of a map, or its input gradient: for each phase, target row and pixel the
 * sum over the taps.
 *
 * <p>A piece of work is a band of rows of an image: the source's rows that it reads are copied with
 * zeros around them ({@link PaddedRows}), and its pixels are computed by {@link DepthwiseBlock}s.
 */
final class DepthwisePass {
  /** About how many multiply-adds a piece of work has. */
  private static final int PIECE = 1 << 19;

  /** With fewer images each is divided for all threads. */
  private static final int ENOUGH_IMAGES = 4;

  private final FeatureMap source;
  private final FeatureMap target;
  private final List<StridePhase> phases;
  private final PaddedRows padded;
  private final int kernelWidth;
  private volatile @Nullable Blocks blocks; // with the bounds of the last call
  private final boolean whole; // a pixel's channels fill vectors
  private final int band;

  DepthwisePass(FeatureMap source, FeatureMap target, List<StridePhase> phases, int kernelWidth) {
    this.source = source;
    this.target = target;
    this.phases = phases;
    this.padded = new PaddedRows(source, phases, Math.max(Lanes.COUNT, source.channels()));
    this.whole = padded.channels() == target.channels();
    this.kernelWidth = kernelWidth;
    long work = 1;
    for (StridePhase phase : phases) {
      work = Math.max(work, (long) phase.taps() * phase.columns().count() * padded.channels());
    }
    this.band = Math.clamp(PIECE / work, 1, target.height());
  }

  /** The blocks of each phase, which store within these bounds. */
  private record Blocks(Clamp clamp, List<DepthwiseBlock> phases) {}

  private Blocks blocks(Clamp clamp) {
    return new Blocks(
        clamp,
        phases.stream()
            .map(phase -> DepthwiseBlock.of(phase, padded, target, kernelWidth, clamp))
            .toList());
  }

  /**
   * y from x, with an epilogue; weights [tap][channels in full vectors], bias in full vectors. A
   * clamp is computed by the blocks themselves.
   */
  void run(
      OutputView y, Tensor x, float[] w, float[] bias, Epilogue epilogue, Resources resources) {
    int parts = x.count() < ENOUGH_IMAGES ? resources.workers().threads() : 1;
    int height = Math.min(band, Math.ceilDiv(target.height(), parts));
    int bands = Math.ceilDiv(target.height(), height);
    Blocks last = blocks;
    Blocks now =
        last != null && last.clamp.equals(epilogue.clamp()) ? last : blocks(epilogue.clamp());
    blocks = now;
    resources.run(
        x.count() * bands,
        (chunk, worker) -> {
          int from = chunk % bands * height;
          int to = Math.min(target.height(), from + height);
          int n = chunk / bands;
          OutputView map = y.after(n * target.height() * target.width());
          new Band(map, w, bias, now.phases, n, from, to).run(x, resources.scratch(), worker);
          if (epilogue.hasMore()) {
            int width = target.width();
            new PostOps(epilogue, resources, worker)
                .run(map, n, from * width, to * width, 0, target.channels());
          }
        });
  }

  /** What {@link #run} needs of the scratch: with many threads, bands are lower. */
  void scratch(ScratchSizes sizes) {
    int rows = padded.mostRead(band, target.height());
    sizes.own(0, ALIGNED_START + (long) padded.length(rows));
    sizes.own(1, (long) target.width() * padded.channels());
  }

  /** Target rows from (inclusive) to (exclusive) of an image; for one worker. */
  private final class Band {
    private final OutputView map;
    private final boolean direct;
    private final float[] w;
    private final float[] bias;
    private final List<DepthwiseBlock> blocks;
    private final int n;
    private final int from;
    private final int to;
    private final int first; // source row copied

    Band(
        OutputView map,
        float[] w,
        float[] bias,
        List<DepthwiseBlock> blocks,
        int n,
        int from,
        int to) {
      this.map = map;
      this.direct = whole && map.step() == target.channels();
      this.w = w;
      this.bias = bias;
      this.blocks = blocks;
      this.n = n;
      this.from = from;
      this.to = to;
      this.first = padded.firstRow(from, to);
    }

    void run(Tensor x, Scratch scratch, int worker) {
      int end = padded.endRow(from, to);
      float[] source = scratch.of(worker, 0, ALIGNED_START + padded.length(end - first));
      padded.copy(
          source,
          ALIGNED_START,
          x.array(),
          x.offset() + n * DepthwisePass.this.source.elements(),
          first,
          end);
      float[] row =
          direct ? map.array() : scratch.of(worker, 1, target.width() * padded.channels());
      for (int k = 0; k < phases.size(); k++) {
        WindowAxis rows = phases.get(k).rows();
        for (int i = rows.indexFrom(from); i < rows.indexFrom(to); i++) {
          row(k, i, source, row);
        }
      }
    }

    /**
     * Computes the i-th row of phase k; where channels do not fill a vector, through a padded row.
     */
    private void row(int k, int i, float[] source, float[] row) {
      StridePhase phase = phases.get(k);
      WindowAxis columns = phase.columns();
      int pixel = phase.rows().target(i) * target.width() + columns.target(0);
      int at = map.at() + pixel * map.step();
      int window = padded.distance(i * phase.rows().stride() - first, 0);
      int sourceAt = ALIGNED_START + padded.origin() + window;
      blocks.get(k).run(source, sourceAt, w, bias, row, direct ? at : 0);
      int step = columns.step() * map.step();
      for (int j = 0; !direct && j < columns.count(); j++) {
        System.arraycopy(row, j * padded.channels(), map.array(), at + j * step, target.channels());
      }
    }
  }
}
