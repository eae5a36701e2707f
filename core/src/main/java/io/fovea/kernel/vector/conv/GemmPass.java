package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.gemm.KBlocking;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.gemm.Panels;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Prefetch;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution as a matrix product: patches of the source (pixels x terms) times the weights'
 * panels (terms x channels of the target), and a bias.
 *
 * <p>A block of pixels and a slice of the terms are multiplied at a time: their patches are copied
 * into a buffer that stays in the L2 cache, or read in place where a pixel's patch is the pixel
 * itself (1x1). The result is written to the target directly where pixels and channels fill
 * complete blocks, else through a tile. Every element is one chain over the terms in order, so it
 * depends on no other pixel and on no other image.
 */
final class GemmPass {
  private static final int L = Lanes.COUNT;
  private static final int R = MacroKernel.ROWS;

  /** Pixels of a block. */
  private static final int BLOCK = 8 * R;

  /** The most terms of a slice: two panels of them fit the L2 cache, a few rows the L1 cache. */
  private static final int TERMS = 256;

  /** About how many multiply-adds a piece of work has: a few microseconds. */
  private static final int PIECE = 1 << 17;

  /** The least number of pixels of a piece of work, for which the weights are read once. */
  private static final int FEWEST = 16;

  /**
   * With fewer pieces of an image, some cores would have no work: then pieces are divided into
   * shares of the weights.
   */
  private static final int FEW_PIECES = 8;

  /** The most floats of weights that fit an L2 cache; more are read a share at a time. */
  private static final int HEAVY = 1 << 18;

  /** Channels from which on the rows of a block are no pattern that the processor prefetches. */
  private static final int LONG = 96;

  /** Floats of such a share, which leaves room for patches in the cache. */
  private static final int SHARE = 1 << 16;

  private final FeatureMap source;
  private final FeatureMap target;
  private final StridePhase phase;
  private final Patches patches;
  private final Panels panels;
  private final boolean isIdentity;
  private final int slice;
  private final int share; // panels of a piece of work
  private final int band;
  private final boolean isPaired; // all panels are multiplied two at a time

  GemmPass(FeatureMap source, FeatureMap target, StridePhase phase) {
    this.source = source;
    this.target = target;
    this.phase = phase;
    this.patches = new Patches(source, phase);
    this.panels = new Panels(target.groupChannels(), patches.terms());
    this.isIdentity = phase.isIdentity(source);
    this.slice = KBlocking.length(patches.terms(), TERMS, 1);
    // Weights beyond the L2 cache: all pixels read one share of them before the next.
    int most = panels.length() > HEAVY ? SHARE / (patches.terms() * Panels.WIDTH) : panels.count();
    int light = Math.clamp(most, 1, panels.count());
    long lines = Math.min(target.channels(), (long) target.groups() * light * Panels.WIDTH);
    long work = patches.terms() * lines;
    int rows = MacroKernel.roundUpRows((int) Math.max(FEWEST, PIECE / work));
    this.isPaired = panels.count() % 2 == 0 && isPair(panels.count() - 2, panels.count());
    this.band = isPaired ? evenly(phase.pixels(), rows) : rows;
    // An image of few pieces would leave cores without work: divide the panels as well.
    int own = Math.clamp(panels.count() * pieces() / FEW_PIECES, 1, light);
    boolean pairs = isPair(0, panels.count());
    this.share = pairs ? Math.min(panels.count(), own + own % 2) : own;
  }

  /** Whether this panel and the next, below {@code end}, are multiplied at once. */
  private boolean isPair(int panel, int end) {
    return Lanes.REGISTERS == 32 && panel + 1 < end && panels.vectors(panel + 1) == 2;
  }

  /** Whether the last vector has so few filters that blocks write only those. */
  private boolean hasNarrowEnd() {
    int last = target.groupChannels() % Panels.WIDTH;
    return last > 0 && MacroKernel.writesNoMore(last) && slice >= patches.terms();
  }

  /** Pixels of a band: at least {@code least}, such that bands have nearly equal sizes. */
  private static int evenly(int pixels, int least) {
    int pieces = Math.max(1, pixels / least);
    return (pixels + pieces - 1) / pieces;
  }

  /** The number of bands of an image. */
  private int pieces() {
    return (phase.pixels() + band - 1) / band;
  }

  /**
   * The layout of the weights of one group: lines are the target's channels, terms those of the
   * patches.
   */
  Panels panels() {
    return panels;
  }

  /** y from x, with an epilogue; w: panels of all groups; bias: each group's in full vectors. */
  void run(
      OutputView y, Tensor x, float[] w, float[] bias, Epilogue epilogue, Resources resources) {
    int pieces = pieces();
    int shares = (panels.count() + share - 1) / share;
    resources.run(
        shares * x.count() * pieces,
        (chunk, worker) -> {
          // The share is the outermost number: all images use it while it is in the cache.
          int panel = chunk / (x.count() * pieces) * share;
          int n = chunk / pieces % x.count();
          Blocks blocks = new Blocks(y, x, w, bias, n, panel, resources, worker);
          blocks.clamp = epilogue.clamp();
          PostOps postOps = epilogue.hasMore() ? new PostOps(epilogue, resources, worker) : null;
          int end = Math.min(phase.pixels(), (chunk % pieces + 1) * band);
          for (int first = chunk % pieces * band; first < end; first += BLOCK) {
            blocks.run(first, Math.min(BLOCK, end - first), postOps);
          }
        });
  }

  /** What {@link #run} needs of the scratch. */
  void scratch(ScratchSizes sizes) {
    sizes.own(0, (long) BLOCK * Patches.row(slice));
    sizes.own(1, ALIGNED_START + (long) BLOCK * Lanes.roundUp(target.groupChannels()));
  }

  /** Multiplies blocks of pixels of one image by some of the panels; for one worker. */
  private final class Blocks {
    private final MacroKernel product = MacroKernel.ofRows();
    private final int panel;
    private final int lines; // channels of a group in these panels
    private Clamp clamp = Clamp.NONE;
    private final OutputView map; // of the image
    private final int n;
    private final float[] x;
    private final int xAt;
    private final float[] buffer;
    private final Patches.Unfold unfold;
    private final boolean isFar; // x is in no cache, and its rows are long
    private final float[] tile; // [pixel][channels of a group, in full vectors]
    private final int width;

    Blocks(
        OutputView y,
        Tensor x,
        float[] w,
        float[] bias,
        int n,
        int panel,
        Resources resources,
        int worker) {
      this.panel = panel;
      int first = panel * Panels.WIDTH;
      this.lines = Math.min(share * Panels.WIDTH, target.groupChannels() - first);
      this.map = y.after(n * phase.pixels());
      this.n = n;
      this.x = x.array();
      this.xAt = x.offset() + n * source.elements();
      this.width = Lanes.roundUp(target.groupChannels());
      this.buffer = resources.scratch().of(worker, 0, BLOCK * Patches.row(slice));
      this.unfold = patches.new Unfold(x.array(), xAt, buffer);
      this.tile = resources.scratch().of(worker, 1, ALIGNED_START + BLOCK * width);
      this.isFar = source.channels() >= LONG && x.count() * source.elements() > HEAVY;
      product.b = w;
      product.first = bias;
    }

    /** Computes a block of pixels. */
    void run(int first, int pixels, @Nullable PostOps postOps) {
      for (int group = 0; group < target.groups(); group++) {
        run(group, first, pixels);
      }
      for (int group = 0; postOps != null && group < target.groups(); group++) {
        postOps.run(map, n, first, first + pixels, channel(group), lines);
      }
    }

    /** The index of the first of these channels of a pixel. */
    private int place(int group, int pixel) {
      return map.at() + pixel * map.step() + channel(group);
    }

    private int channel(int group) {
      return group * target.groupChannels() + panel * Panels.WIDTH;
    }

    private void run(int group, int first, int pixels) {
      boolean straight = width == target.groupChannels() || hasNarrowEnd();
      product.c = straight ? map.array() : tile;
      product.cStride = straight ? map.step() : width;
      for (int k = 0; k < patches.terms(); k += slice) {
        product.terms = Math.min(slice, patches.terms() - k);
        // Bounds only with the last slice: a sum that goes on must not be cut.
        product.clamp = k + product.terms < patches.terms() ? Clamp.NONE : clamp;
        read(group, first, pixels, k);
        multiply(group, pixels, k, straight ? place(group, first) : ALIGNED_START);
      }
      for (int pixel = 0; !straight && pixel < pixels; pixel++) {
        System.arraycopy(
            tile, ALIGNED_START + pixel * width, map.array(), place(group, first + pixel), lines);
      }
    }

    private void read(int group, int first, int pixels, int k) {
      if (isIdentity) {
        product.a = x;
        product.aOffset = xAt + first * source.channels() + group * source.groupChannels() + k;
        product.aStride = source.channels();
        // A block reads several rows at once, no stream to the processor; one long read is.
        if (k == 0 && group == 0 && isFar) {
          int at = xAt + first * source.channels();
          tile[0] = Prefetch.range(x, at, at + pixels * source.channels());
        }
      } else {
        product.a = buffer;
        product.aOffset = 0;
        product.aStride = Patches.row(product.terms);
        unfold.copy(group, first, pixels, k, k + product.terms);
      }
    }

    private void multiply(int group, int pixels, int k, int cAt) {
      int end = Math.min(panels.count(), panel + share);
      boolean two;
      for (int p = panel; p < end; p += two ? 2 : 1) {
        two = isPair(p, end);
        int vectors = panels.vectors(p);
        product.bOffset = bAt(group, p) + k * vectors * L;
        product.cOffset = cAt + (p - panel) * Panels.WIDTH;
        product.continues = k > 0;
        product.firstOffset = group * width + p * Panels.WIDTH;
        product.lanes = Math.min(L, target.groupChannels() - p * Panels.WIDTH);
        if (two) {
          product.pairOfPanels(pixels, bAt(group, p + 1) + k * 2 * L);
        } else {
          product.run(pixels, vectors);
        }
      }
    }

    private int bAt(int group, int panel) {
      return ALIGNED_START + group * panels.length() + panels.at(panel);
    }
  }
}
