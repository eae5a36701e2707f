package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Parameter;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The filters of a convolution, as pictures of one pixel a weight. Each is scaled by its largest
 * absolute weight, so zero is always the middle colour.
 *
 * <pre>
 * 3 input channels:  red, green, blue = 127.5 * (1 + w / max|w|)
 * otherwise:         from white at 0 to orange at +max|w| and blue at -max|w|, w the mean over channels
 * </pre>
 */
final class Filters {
  private static final int MOST_ROWS = 32;

  private static final int KERNEL_SIDE = 30;
  private static final int FILTER_SIDE = 80;

  private final String name;
  private final Shape shape;
  private final float[] values;

  /**
   * The filters of given weights.
   *
   * @param name the layer's name
   * @param shape (O, C/groups, KH, KW)
   * @param values the weights, in that order
   */
  Filters(String name, Shape shape, float... values) {
    this.name = name;
    this.shape = shape;
    this.values = values.clone();
  }

  /** The first layer's filters; empty unless the first layer with parameters is a convolution. */
  static Optional<Filters> of(Network network) {
    return network.graph().weights().stream()
        .findFirst()
        .filter(weight -> weight.node().layer() instanceof Conv2d)
        .flatMap(first -> each(network).stream().findFirst());
  }

  /** The filters of every convolution, in the network's order. */
  static List<Filters> each(Network network) {
    return network.graph().weights().stream()
        .filter(weight -> weight.node().layer() instanceof Conv2d)
        .filter(weight -> weight.parameter().role() == Parameter.Role.WEIGHT)
        .map(
            weight ->
                new Filters(
                    weight.node().name(),
                    weight.parameter().shape(),
                    network.weights().values(weight.name())))
        .toList();
  }

  String name() {
    return name;
  }

  int count() {
    return shape.size(0);
  }

  int channels() {
    return shape.size(1);
  }

  int height() {
    return shape.size(2);
  }

  int width() {
    return shape.size(3);
  }

  /** True if the three channels are the picture's red, green and blue. */
  boolean inColour() {
    return shape.size(1) == 3;
  }

  /** True if a picture shows the mean over several channels. */
  boolean isMean() {
    return shape.size(1) > 1 && !inColour();
  }

  /** True if {@link #sheet()} leaves filters or channels out. */
  boolean isCut() {
    return isMean() && (count() > MOST_ROWS || channels() > MOST_ROWS);
  }

  /**
   * All filters on one sheet. For grey or colour pictures, one tile for each filter; for others,
   * one row for each filter with one tile for each channel. Only the first {@link #MOST_ROWS} of
   * both.
   */
  Raster sheet() {
    if (!isMean()) {
      List<Raster> tiles = IntStream.range(0, count()).mapToObj(this::picture).toList();
      return PageImages.grid(tiles, count() <= 64 ? 8 : 16, FILTER_SIDE, 8);
    }
    int columns = Math.min(MOST_ROWS, channels());
    List<Raster> tiles = new ArrayList<>();
    for (int o = 0; o < Math.min(MOST_ROWS, count()); o++) {
      double[] w = channels(o);
      double most = most(w);
      for (int c = 0; c < columns; c++) {
        int from = c * height() * width();
        tiles.add(draw((y, x) -> PageImages.diverging(w[from + y * width() + x], most)));
      }
    }
    return PageImages.grid(tiles, columns, KERNEL_SIDE, 5);
  }

  private Raster draw(PageImages.Colouring colouring) {
    return PageImages.drawn(height(), width(), colouring);
  }

  Raster picture(int o) {
    double[] w = inColour() ? channels(o) : mean(o);
    double most = most(w);
    int pixels = height() * width();
    return draw(
        (y, x) -> {
          int i = y * width() + x;
          return inColour()
              ? grey(w[i], most) << 16
                  | grey(w[pixels + i], most) << 8
                  | grey(w[2 * pixels + i], most)
              : PageImages.diverging(w[i], most);
        });
  }

  private static double most(double[] w) {
    return Arrays.stream(w).map(Math::abs).max().orElse(0);
  }

  /** The weights of filter o; NaN counts as zero, so that a diverged filter can be drawn. */
  private double[] channels(int o) {
    double[] w = new double[shape.elements() / count()];
    for (int i = 0; i < w.length; i++) {
      float value = values[o * w.length + i];
      w[i] = Float.isFinite(value) ? value : 0;
    }
    return w;
  }

  private double[] mean(int o) {
    double[] w = channels(o);
    double[] mean = new double[height() * width()];
    for (int i = 0; i < w.length; i++) {
      mean[i % mean.length] += w[i] / shape.size(1);
    }
    return mean;
  }

  private static int grey(double w, double most) {
    return (int) Math.round(127.5 * (1 + (most > 0 ? w / most : 0)));
  }
}
