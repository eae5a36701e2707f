package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.FusedOutput;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for one convolution, and the calls of its kernel on them. Tensors are guarded, and
 * destinations begin as NaN.
 */
final class WinogradRun {
  private static final int OTHER_OFFSET = 11; // than that of guarded tensors

  private final Conv2dKernel kernel;
  private final Conv2dGeometry g;
  private final int images;
  private final float[] x;
  private final float[] w;
  private final float[] b;
  private final float[] dy;

  /** x and dy in memory order, w in logical order. */
  WinogradRun(
      Conv2dKernel kernel,
      Conv2dGeometry g,
      int images,
      float[] x,
      float[] w,
      float[] b,
      float[] dy) {
    this.kernel = kernel;
    this.g = g;
    this.images = images;
    this.x = x;
    this.w = w;
    this.b = b;
    this.dy = dy;
  }

  /** Numbers from -1 to 1. */
  static WinogradRun reals(WinogradCases.Case c, long seed) {
    Draw draw = new Draw(seed);
    Conv2dGeometry g = c.g();
    return new WinogradRun(
        new WinogradConv2d(g),
        g,
        c.images(),
        draw.reals(c.images() * g.inputElements()),
        draw.reals(g.weights()),
        draw.reals(g.filters()),
        draw.reals(c.images() * g.outputElements()));
  }

  float[] dy() {
    return dy;
  }

  /** The same numbers for another kernel. */
  WinogradRun on(Conv2dKernel other) {
    return new WinogradRun(other, g, images, x, w, b, dy);
  }

  WinogradRun slice(int from, int count) {
    int in = g.inputElements();
    int out = g.outputElements();
    return new WinogradRun(
        kernel,
        g,
        count,
        Arrays.copyOfRange(x, from * in, (from + count) * in),
        w,
        b,
        Arrays.copyOfRange(dy, from * out, (from + count) * out));
  }

  /** The same with dy = 0 where an output behind a rectifier is not above zero. */
  WinogradRun gated(float[] rectified) {
    float[] dz = dy.clone();
    for (int i = 0; i < dz.length; i++) {
      dz[i] = rectified[i] > 0 ? dz[i] : 0;
    }
    return new WinogradRun(kernel, g, images, x, w, b, dz);
  }

  private Shape input() {
    return Shape.of(g.channels(), g.height(), g.width());
  }

  private Shape output() {
    return Shape.of(g.filters(), g.outputHeight(), g.outputWidth());
  }

  /** y. */
  float[] forward(Resources resources) {
    Tensor y = Guarded.output(output(), images);
    kernel.forward(y, Guarded.input(x, input(), images), kernel.packing().pack(w), b, resources);
    return Guarded.values("y", y);
  }

  /** y, at least 0. */
  float[] forwardRectified(Resources resources) {
    Tensor y = Guarded.output(output(), images);
    kernel.forward(
        OutputView.of(y),
        Guarded.input(x, input(), images),
        kernel.packing().pack(w),
        b,
        Epilogue.RELU,
        resources);
    return Guarded.values("y", y);
  }

  /** The gradients by one call each. */
  LinearResult separately(Resources resources) {
    Tensor dx = Guarded.output(input(), images);
    float[] dw = unset(kernel.packing().storedLength());
    float[] db = unset(g.filters());
    Tensor gradient = Guarded.input(dy, output(), images);
    kernel.backwardInput(dx, gradient, kernel.packing().pack(w), resources);
    kernel.backwardWeights(dw, db, Guarded.input(x, input(), images), gradient, resources);
    return new LinearResult(
        forward(resources), Guarded.values("dx", dx), kernel.packing().unpack(dw), db);
  }

  /** The gradients by one call for all. */
  LinearResult jointly(Resources resources) {
    return jointly(Guarded.output(input(), images), null, resources);
  }

  /** The gradients by one call, dy being the gradient of this output behind a rectifier. */
  LinearResult jointlyRectified(float[] rectified, boolean withInput, Resources resources) {
    float[] array = new float[OTHER_OFFSET + rectified.length];
    Arrays.fill(array, 0, OTHER_OFFSET, Float.NaN);
    System.arraycopy(rectified, 0, array, OTHER_OFFSET, rectified.length);
    Tensor y = Tensor.on(array, OTHER_OFFSET, output(), images);
    return jointly(withInput ? Guarded.output(input(), images) : null, y, resources);
  }

  private LinearResult jointly(
      @Nullable Tensor dx, @Nullable Tensor rectified, Resources resources) {
    float[] dw = unset(kernel.packing().storedLength());
    float[] db = unset(g.filters());
    kernel.backward(
        dx,
        dw,
        db,
        Guarded.input(x, input(), images),
        Guarded.input(dy, output(), images),
        rectified == null ? null : new FusedOutput(rectified, Epilogue.RELU),
        kernel.packing().pack(w),
        resources);
    float[] input = dx == null ? unset(x.length) : Guarded.values("dx", dx);
    return new LinearResult(forward(resources), input, kernel.packing().unpack(dw), db);
  }

  private static float[] unset(int length) {
    float[] values = new float[length];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  static void assertSameBits(String what, LinearResult actual, LinearResult expected) {
    Bound.assertSameBits(what + " y", actual.y(), expected.y());
    Bound.assertSameBits(what + " dx", actual.dx(), expected.dx());
    Bound.assertSameBits(what + " dw", actual.dw(), expected.dw());
    Bound.assertSameBits(what + " db", actual.db(), expected.db());
  }
}
