package io.fovea.kernel.vector;

import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/**
 * A convolution as a matrix product: patches of the source (pixels x terms) times the weights'
 * panels (terms x channels of the target), and a bias.
 *
 * <p>A block of pixels and a slice of the terms are multiplied at a time: their patches are copied
 * into a buffer that stays in the second cache, or read in place where a pixel's patch is the pixel
 * itself (1x1). The result goes straight to the target where pixels and channels fill whole blocks,
 * else through a tile. Every element is one chain over the terms in order, so it depends on no
 * other pixel and on no other image.
 */
final class GemmPass {
  private static final int L = Lanes.COUNT;
  private static final int R = BlockProduct.ROWS;

  /** Pixels of a block. */
  private static final int BLOCK = 8 * R;

  /** Multiply-adds of a piece of work, about: some microseconds. */
  private static final int PIECE = 1 << 18;

  /** Pixels of a piece of work, at least: the weights are read once for so many. */
  private static final int FEWEST = 16;

  private final FeatureMap source;
  private final FeatureMap target;
  private final Phase phase;
  private final Patches patches;
  private final Panels panels;
  private final boolean isIdentity;
  private final int slice;
  private final int band;

  GemmPass(FeatureMap source, FeatureMap target, Phase phase) {
    this.source = source;
    this.target = target;
    this.phase = phase;
    this.patches = new Patches(source, phase);
    this.panels = new Panels(target.groupChannels(), patches.terms());
    this.isIdentity = phase.isIdentity(source);
    this.slice = Slices.length(patches.terms(), 1);
    long work = (long) patches.terms() * target.channels();
    this.band = BlockProduct.roundUpRows((int) Math.max(FEWEST, PIECE / work));
  }

  /**
   * How the weights of one group lie: lines are the target's channels, terms those of the patches.
   */
  Panels panels() {
    return panels;
  }

  /**
   * y from x; w: panels of all groups; bias: a group's in whole vectors; {@code rectified}: y =
   * max(sum, 0).
   */
  void run(Tensor y, Tensor x, float[] w, float[] bias, boolean rectified, Resources resources) {
    int pieces = (phase.pixels() + band - 1) / band;
    resources
        .workers()
        .run(
            x.count() * pieces,
            (chunk, worker) -> {
              Blocks blocks = new Blocks(y, x, w, bias, chunk / pieces, resources, worker);
              int end = Math.min(phase.pixels(), (chunk % pieces + 1) * band);
              for (int first = chunk % pieces * band; first < end; first += BLOCK) {
                int pixels = Math.min(BLOCK, end - first);
                for (int group = 0; group < target.groups(); group++) {
                  blocks.run(group, first, pixels);
                }
                if (rectified) {
                  blocks.rectify(first, pixels);
                }
              }
            });
  }

  /** Blocks of pixels of one image, computed by one worker. */
  private final class Blocks {
    private final RowMajorProduct product = new RowMajorProduct();
    private final float[] y;
    private final int yAt;
    private final float[] x;
    private final int xAt;
    private final float[] bias;
    private final float[] buffer;
    private final Patches.Unfold unfold;
    private final float[] tile; // [pixel][channels of a group, in whole vectors]
    private final int width;

    Blocks(Tensor y, Tensor x, float[] w, float[] bias, int n, Resources resources, int worker) {
      this.y = y.array();
      this.yAt = y.offset() + n * target.elements();
      this.x = x.array();
      this.xAt = x.offset() + n * source.elements();
      this.bias = bias;
      this.width = Lanes.roundUp(target.groupChannels());
      this.buffer = resources.scratch().of(worker, 0, BLOCK * Patches.row(slice));
      this.unfold = patches.new Unfold(x.array(), xAt, buffer);
      this.tile = resources.scratch().of(worker, 1, BLOCK * width);
      product.b = w;
    }

    /** So many pixels, at most BLOCK, from the first on. */
    void run(int group, int first, int pixels) {
      int blocks = (pixels + R - 1) / R;
      boolean whole = pixels % R == 0;
      boolean straight = whole && width == target.groupChannels();
      int channel = yAt + first * target.channels() + group * target.groupChannels();
      product.c = straight ? y : tile;
      product.cRow = straight ? target.channels() : width;
      for (int k = 0; k < patches.terms(); k += slice) {
        product.terms = Math.min(slice, patches.terms() - k);
        read(group, first, pixels, k, whole && isIdentity);
        multiply(group, blocks, k, straight ? channel : 0);
      }
      for (int pixel = 0; !straight && pixel < pixels; pixel++) {
        System.arraycopy(
            tile, pixel * width, y, channel + pixel * target.channels(), target.groupChannels());
      }
    }

    /** The pixels just written, all groups. */
    void rectify(int first, int pixels) {
      int at = yAt + first * target.channels();
      VectorRelu.rectify(y, at, y, at, pixels * target.channels());
    }

    /** The pixels' patches, terms from k on. */
    private void read(int group, int first, int pixels, int k, boolean inPlace) {
      if (inPlace) {
        product.a = x;
        product.aAt = xAt + first * source.channels() + group * source.groupChannels() + k;
        product.aStep = source.channels();
      } else {
        product.a = buffer;
        product.aAt = 0;
        product.aStep = Patches.row(product.terms);
        unfold.copy(group, first, pixels, k, k + product.terms);
      }
      product.aBlock = R * product.aStep;
    }

    private void multiply(int group, int blocks, int k, int cAt) {
      for (int panel = 0; panel < panels.count(); panel++) {
        int vectors = panels.vectors(panel);
        product.bAt = group * panels.length() + panels.at(panel) + k * vectors * L;
        product.cAt = cAt + panel * Panels.WIDTH;
        product.init = k == 0 ? bias : product.c;
        product.initAt = k == 0 ? group * width + panel * Panels.WIDTH : product.cAt;
        product.initRow = k == 0 ? 0 : product.cRow;
        product.run(blocks, vectors);
      }
    }
  }
}
