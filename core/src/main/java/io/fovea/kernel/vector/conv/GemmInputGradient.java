package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.gemm.KBlocking;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The input gradient as a matrix product: the gradients of each output pixel's patch, added where
 * patches overlap ("col2im").
 *
 * <pre>
 * dpatch[pixel][line] = sum over o of dy[pixel][o] * w[o][line],  line = (u*KW + v)*C + c
 * dx[i*stride + u*dilation - pad][...][c] += dpatch[(i,j)][(u,v,c)]
 * </pre>
 *
 * <p>A block of pixels and a slice of the lines are computed at a time, in a tile that stays in the
 * L2 cache. A piece of work is an image, or a band of dx's rows where there are few images; a band
 * computes all blocks that reach its rows. So each element of dx receives the same sums in the same
 * order for any number of bands. Where a patch is one pixel (1x1, stride 1), dx is dpatch, and is
 * written by the pass of the forward direction.
 */
public final class GemmInputGradient {
  private static final int L = Lanes.COUNT;

  /** Pixels of a block: a number of every width, since patches are added to dx block by block. */
  private static final int BLOCK = 64;

  /** Images are cut into bands where there are fewer than this. */
  private static final int ENOUGH_IMAGES = 4;

  private static final int MOST_BANDS = 8;

  private final FeatureMap input;
  private final FeatureMap output;
  private final StridePhase phase;
  private final Patches patches;
  private final Panels panels; // of one group: lines are those of dpatch, terms the group's filters
  private final int lineSlice;
  private final int termSlice;
  private final @Nullable GemmPass straight; // where a patch is a pixel, nothing overlaps
  private final float[] noBias; // of the straight pass

  public GemmInputGradient(FeatureMap input, FeatureMap output, StridePhase phase) {
    this.input = input;
    this.output = output;
    this.phase = phase;
    this.patches = new Patches(input, phase);
    this.panels = new Panels(patches.terms(), output.groupChannels());
    this.lineSlice = KBlocking.length(panels.lines(), 2 * Lanes.WIDEST);
    this.termSlice = KBlocking.length(panels.terms(), 1);
    this.straight = phase.isIdentity(input) ? new GemmPass(output, input, phase) : null;
    this.noBias =
        new float[straight == null ? 0 : input.groups() * Lanes.roundUp(input.groupChannels())];
  }

  /** What {@link #run} needs of the scratch. */
  public void scratch(ScratchSizes sizes) {
    sizes.shared(0, ALIGNED_START + (long) output.groups() * panels.length());
    if (straight != null) {
      straight.scratch(sizes);
    } else {
      sizes.own(1, (long) BLOCK * lineSlice);
    }
  }

  /**
   * dx from dy.
   *
   * @param w the weights of the forward pass from ALIGNED_START on, for each group [filter /
   *     panel][(u*KW + v)*C + c][filter % panel]
   * @param panel filters of a panel of w
   */
  public void run(Tensor dx, Tensor dy, float[] w, int panel, Resources resources) {
    float[] packed =
        resources.scratch().shared(0, ALIGNED_START + output.groups() * panels.length());
    resources.run(
        output.groups() * panels.count(),
        (chunk, worker) -> pack(packed, w, panel, chunk / panels.count(), chunk % panels.count()));
    if (straight == null) {
      run(dx, dy, packed, resources);
    } else {
      straight.run(OutputView.of(dx), dy, packed, noBias, Epilogue.NONE, resources);
    }
  }

  /** Packs one panel of a group's weights: lines (u*KW + v)*C + c, terms o. */
  private void pack(float[] packed, float[] w, int wPanel, int group, int panel) {
    int width = panels.vectors(panel) * L;
    int first = panel * Panels.WIDTH;
    Panels.packTransposed(
        packed,
        ALIGNED_START + group * panels.length() + panels.at(panel),
        width,
        Math.min(width, panels.lines() - first),
        w,
        ALIGNED_START + group * Lanes.roundUp(panels.terms()) * panels.lines(),
        wPanel,
        panels.lines(),
        panels.terms(),
        first);
  }

  private void run(Tensor dx, Tensor dy, float[] w, Resources resources) {
    int bands = dx.count() >= ENOUGH_IMAGES ? 1 : bands();
    int band = (input.height() + bands - 1) / bands;
    resources.run(
        dx.count() * bands,
        (chunk, worker) -> {
          int from = Math.min(input.height(), chunk % bands * band);
          int to = Math.min(input.height(), from + band);
          new Band(dx, dy, w, chunk / bands, from, to, resources, worker).run();
        });
  }

  /**
   * The number of bands: each is several times as high as the rows that a block writes, because
   * blocks at its edges are computed twice.
   */
  private int bands() {
    int rows = BLOCK / phase.columns().count() + 1;
    int reach = rows * phase.rows().stride() + phase.rows().reach();
    return Math.clamp(input.height() / (3 * reach), 1, MOST_BANDS);
  }

  /** Some rows of one image's dx, computed by one worker. */
  private final class Band {
    private final MacroKernel product = MacroKernel.ofRows();
    private final float[] dx;
    private final int dxAt;
    private final int from;
    private final int to;
    private final float[] dy;
    private final int dyAt;
    private final float[] tile; // [pixel][line of the slice]
    private final Patches.Fold fold;
    private final float[] zeros = new float[Panels.WIDTH];

    Band(
        Tensor dx, Tensor dy, float[] w, int n, int from, int to, Resources resources, int worker) {
      this.dx = dx.array();
      this.dxAt = dx.offset() + n * input.elements();
      this.from = from;
      this.to = to;
      this.dy = dy.array();
      this.dyAt = dy.offset() + n * output.elements();
      this.tile = resources.scratch().of(worker, 1, BLOCK * lineSlice);
      this.fold = patches.new Fold(this.dx, dxAt, from, to, tile, lineSlice);
      product.b = w;
      product.first = zeros;
    }

    void run() {
      Arrays.fill(dx, dxAt + from * input.row(), dxAt + to * input.row(), 0);
      int width = phase.columns().count();
      for (int first = 0; first < phase.pixels(); first += BLOCK) {
        int pixels = Math.min(BLOCK, phase.pixels() - first);
        // Blocks that write none of these rows are left to the other bands.
        boolean reaches =
            phase.rows().reaches(first / width, (first + pixels - 1) / width, from, to);
        for (int group = 0; reaches && group < output.groups(); group++) {
          for (int line = 0; line < panels.lines(); line += lineSlice) {
            int end = Math.min(panels.lines(), line + lineSlice);
            multiply(group, first, pixels, line, end);
            fold.add(group, first, pixels, line, end);
          }
        }
      }
    }

    /** Fills the tile: lines from line to end of {@code pixels} pixels' dpatch. */
    private void multiply(int group, int first, int pixels, int line, int end) {
      product.a = dy;
      product.aStride = output.channels();
      product.c = tile;
      product.cStride = lineSlice;
      for (int k = 0; k < panels.terms(); k += termSlice) {
        product.aOffset = dyAt + first * product.aStride + group * output.groupChannels() + k;
        product.terms = Math.min(termSlice, panels.terms() - k);
        for (int panel = line / Panels.WIDTH; panel * Panels.WIDTH < end; panel++) {
          int vectors = panels.vectors(panel);
          product.bOffset =
              ALIGNED_START + group * panels.length() + panels.at(panel) + k * vectors * L;
          product.cOffset = panel * Panels.WIDTH - line;
          product.continues = k > 0;
          product.run(pixels, vectors);
        }
      }
    }
  }
}
