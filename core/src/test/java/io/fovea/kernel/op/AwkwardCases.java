package io.fovea.kernel.op;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Geometries at which fast kernels go wrong: around multiples of the lanes, primes, strides that
 * leave a rest, padding on one side, windows that lie in the padding alone.
 */
public final class AwkwardCases {
  private static final int[] SIZES = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 23, 28
  };

  private AwkwardCases() {}

  /** Seeded convolutions, each with at most {@code work} multiply-adds. */
  public static List<LinearCase> convolutions(long seed, int count, int lanes, long work) {
    Draw draw = new Draw(seed);
    List<LinearCase> cases = new ArrayList<>();
    while (cases.size() < count) {
      Conv2dGeometry g = convolution(draw, lanes);
      LinearCase c = g.outputHeight() < 1 || g.outputWidth() < 1 ? null : images(draw, g);
      if (c != null && c.work() <= work) {
        cases.add(c);
      }
    }
    return cases;
  }

  private static LinearCase images(Draw draw, Conv2dGeometry g) {
    return LinearCase.of(g, draw.oneOf(1, 2, 3, 5, 9));
  }

  private static Conv2dGeometry convolution(Draw draw, int lanes) {
    Window window = draw.window();
    int height = draw.oneOf(SIZES);
    int width = draw.oneOf(SIZES);
    int kind = draw.between(0, 9);
    if (kind < 6) {
      return new Conv2dGeometry(around(draw, lanes), height, width, around(draw, lanes), 1, window);
    }
    if (kind < 8) {
      int groups = draw.between(2, 3);
      return new Conv2dGeometry(
          groups * around(draw, lanes),
          height,
          width,
          groups * around(draw, lanes),
          groups,
          window);
    }
    int channels = around(draw, lanes);
    return new Conv2dGeometry(
        channels, height, width, channels * draw.between(1, 2), channels, window);
  }

  private static int around(Draw draw, int lanes) {
    return draw.oneOf(1, lanes - 1, lanes, lanes + 1, 2 * lanes + 3, 5, 7);
  }

  /** Seeded dense layers on plain, flattened and concatenated features. */
  public static List<LinearCase> dense(long seed, int count, int lanes) {
    Draw draw = new Draw(seed);
    List<LinearCase> cases = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      int images = k % 10 == 9 ? draw.between(31, 70) : draw.between(1, 19);
      int outputs = draw.oneOf(1, lanes - 1, lanes, lanes + 1, 2 * lanes + 3, 5, 7, 10);
      cases.add(LinearCase.of(new DenseGeometry(features(draw, lanes, k), outputs), images));
    }
    return cases;
  }

  private static Shape features(Draw draw, int lanes, int k) {
    return switch (k % 5) {
      case 0, 1 -> Shape.of(around(draw, lanes));
      case 2 -> Shape.of(98 * lanes + draw.between(-1, 4) + draw.oneOf(0, 16 * lanes));
      case 3 -> maps(draw, lanes).flattened();
      default ->
          Shape.concatenated(
              List.of(maps(draw, lanes).flattened(), Shape.of(3), maps(draw, lanes).flattened()));
    };
  }

  private static Shape maps(Draw draw, int lanes) {
    return Shape.of(around(draw, lanes), draw.between(1, 5), draw.between(1, 5));
  }

  /** Seeded poolings: padding less than the kernel and no window without input, as in layers. */
  public static List<Pool2dGeometry> poolings(long seed, int count, int lanes) {
    Draw draw = new Draw(seed);
    List<Pool2dGeometry> cases = new ArrayList<>();
    while (cases.size() < count) {
      int height = draw.between(1, 5);
      int width = draw.between(1, 5);
      Window window =
          new Window(
              height,
              width,
              draw.between(1, 3),
              draw.between(1, 3),
              draw.between(0, height - 1),
              draw.between(0, width - 1),
              draw.between(0, height - 1),
              draw.between(0, width - 1),
              draw.percent(75) ? 1 : draw.between(1, 3),
              draw.percent(75) ? 1 : draw.between(1, 3));
      Pool2dGeometry g =
          new Pool2dGeometry(
              around(draw, lanes),
              draw.oneOf(SIZES),
              draw.oneOf(SIZES),
              window,
              draw.percent(40),
              draw.percent(40));
      if (g.outputHeight() >= 1 && g.outputWidth() >= 1 && g.everyWindowReads()) {
        cases.add(g);
      }
    }
    return cases;
  }
}
