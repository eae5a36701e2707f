package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Geometries at which tiles go wrong: maps smaller than a tile, a row or column beyond one, filters
 * and channels around multiples of the lanes, padding on one side and wider than the filter; whole
 * images in a block and strips of an image.
 */
final class WinogradCases {
  private static final int[] SIZES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 28};
  private static final int[] IMAGES = {1, 2, 3, 5, 9, 17, 33};

  private WinogradCases() {}

  record Case(Conv2dGeometry g, int images) {
    /** Multiply-adds of the direct algorithm. */
    private long work() {
      return (long) images * g.outputElements() * g.taps();
    }

    @Override
    public String toString() {
      return "%dx%dx%dx%d to %d filters, %s"
          .formatted(images, g.channels(), g.height(), g.width(), g.filters(), g.window());
    }
  }

  /**
   * Seeded cases, each with at most {@code work} multiply-adds, and some that shall not be lost.
   */
  static List<Case> of(long seed, int count, long work) {
    Draw draw = new Draw(seed);
    List<Case> cases = new ArrayList<>(known());
    while (cases.size() < count) {
      Conv2dGeometry g = geometry(draw);
      Case c = new Case(g, draw.oneOf(IMAGES));
      if (g.outputHeight() >= 1 && g.outputWidth() >= 1 && c.work() <= work) {
        cases.add(c);
      }
    }
    return cases;
  }

  private static Conv2dGeometry geometry(Draw draw) {
    int taps = draw.oneOf(3, 5);
    int top = draw.between(0, 4);
    boolean even = draw.percent(40);
    Window window =
        new Window(
            taps,
            taps,
            1,
            1,
            top,
            even ? top : draw.between(0, 4),
            even ? top : draw.between(0, 4),
            even ? top : draw.between(0, 4),
            1,
            1);
    return new Conv2dGeometry(
        channels(draw), draw.oneOf(SIZES), draw.oneOf(SIZES), channels(draw), 1, window);
  }

  private static int channels(Draw draw) {
    int lanes = Lanes.COUNT;
    return draw.oneOf(1, lanes - 1, lanes, lanes + 1, 2 * lanes + 3, 5);
  }

  /** What the generator draws seldom: many lanes, all strips, many images, all padding. */
  private static List<Case> known() {
    int wide = 2 * Lanes.COUNT + 3;
    return List.of(
        new Case(new Conv2dGeometry(wide, 5, 6, wide, 1, Window.square(5, 1, 2, 1)), 1),
        new Case(new Conv2dGeometry(wide, 6, 5, wide, 1, Window.square(3, 1, 1, 1)), 3),
        new Case(new Conv2dGeometry(2, 28, 28, 3, 1, Window.square(5, 1, 2, 1)), 9),
        new Case(new Conv2dGeometry(3, 28, 28, 2, 1, Window.square(3, 1, 1, 1)), 2),
        new Case(new Conv2dGeometry(16, 28, 28, 16, 1, Window.square(3, 1, 1, 1)), 1),
        new Case(new Conv2dGeometry(2, 9, 120, 2, 1, Window.square(5, 1, 2, 1)), 5),
        new Case(new Conv2dGeometry(1, 1, 1, 1, 1, Window.square(5, 1, 2, 1)), 33),
        new Case(new Conv2dGeometry(1, 1, 1, 1, 1, Window.square(3, 1, 4, 1)), 17),
        new Case(new Conv2dGeometry(5, 5, 5, 5, 1, Window.square(5, 1, 0, 1)), 33));
  }
}
