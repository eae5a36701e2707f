package io.fovea.kernel.vector.conv;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Pixels of a target map that sum over the same taps of the kernel. A convolution is one phase; its
 * input gradient has one for each remainder of row and column by the stride, so that it does not
 * multiply the zeros of a spread gradient.
 *
 * @param rows rows of the target
 * @param columns columns of the target
 */
public record StridePhase(WindowAxis rows, WindowAxis columns) {
  /** y from x. */
  public static StridePhase forward(Conv2dGeometry g) {
    Window k = g.window();
    return new StridePhase(
        WindowAxis.forward(
            g.outputHeight(), k.kernelHeight(), k.strideHeight(), k.dilationHeight(), k.top()),
        WindowAxis.forward(
            g.outputWidth(), k.kernelWidth(), k.strideWidth(), k.dilationWidth(), k.left()));
  }

  /** dx from dy. */
  public static List<StridePhase> backward(Conv2dGeometry g) {
    Window k = g.window();
    List<StridePhase> phases = new ArrayList<>();
    for (int row = 0; row < Math.min(k.strideHeight(), g.height()); row++) {
      for (int column = 0; column < Math.min(k.strideWidth(), g.width()); column++) {
        phases.add(
            new StridePhase(
                WindowAxis.backward(
                    row,
                    g.height(),
                    k.kernelHeight(),
                    k.strideHeight(),
                    k.dilationHeight(),
                    k.top()),
                WindowAxis.backward(
                    column,
                    g.width(),
                    k.kernelWidth(),
                    k.strideWidth(),
                    k.dilationWidth(),
                    k.left())));
      }
    }
    return phases;
  }

  /** The place of pixel p in a target map of {@code width} columns. */
  public int target(int p, int width) {
    return rows.target(p / columns.count()) * width + columns.target(p % columns.count());
  }

  /** Pixels of the target. */
  public int pixels() {
    return rows.count() * columns.count();
  }

  /** Taps of a pixel. */
  public int taps() {
    return rows.taps() * columns.taps();
  }

  /** True where a target pixel depends only on the source pixel of the same position. */
  public boolean isIdentity(FeatureMap source) {
    return rows.isIdentity(source.height()) && columns.isIdentity(source.width());
  }
}
