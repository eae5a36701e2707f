package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.FusedOutput;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Objects;

/**
 * The maps of a few images between a convolution and a fused max pooling, and their gradients in
 * the backward pass: they stay in the cache of the core that computes them, where those of a full
 * batch would go to memory and back. pooled trains 1.2 times as fast so (decision 18).
 *
 * <p>The ReLU between the two is computed after the pooling, on fewer numbers: the largest of
 * max(x, 0) is max(largest, 0), and where that is zero no gradient passes either way.
 */
public final class FusedMaxPool {
  private final OutputView y;
  private final Epilogue.Pooling pooling;
  private final Shape shape;
  private final float[] maps;
  private final Scratch scratch;
  private final int worker;

  /** Maps with {@code floats} floats, in a worker's scratch. */
  public FusedMaxPool(
      Conv2dGeometry g,
      OutputView y,
      Epilogue.Pooling pooling,
      int floats,
      Resources resources,
      int worker) {
    this.y = y;
    this.pooling = pooling;
    this.shape = Shape.of(g.filters(), g.outputHeight(), g.outputWidth());
    this.scratch = resources.scratch();
    this.worker = worker;
    this.maps = scratch.of(worker, Scratch.MAPS, ALIGNED_START + floats);
  }

  /** The same for the backward pass. */
  public FusedMaxPool(
      Conv2dGeometry g, FusedOutput output, int floats, Resources resources, int worker) {
    this(g, OutputView.of(output.y()), pooling(output), floats, resources, worker);
  }

  private static Epilogue.Pooling pooling(FusedOutput output) {
    return Objects.requireNonNull(output.epilogue().pooling(), "no pooling behind " + output);
  }

  /** The array of the maps, which begin at ALIGNED_START. */
  public float[] array() {
    return maps;
  }

  /**
   * Computes rows first (inclusive) to end (exclusive) of the pooled output of images from
   * (inclusive) to (exclusive). The map of the first image would begin at {@code at} if all its
   * rows were there.
   */
  public void pool(int from, int to, int at, int first, int end) {
    Pool2dGeometry g = pooling.kernel().geometry();
    int row = g.outputWidth() * g.channels();
    for (int n = from; n < to; n++) {
      int yAt = y.at() + (n * g.outputHeight() + first) * row;
      int mapAt = at + (n - from) * shape.elements();
      pooling.kernel().forwardRows(y, pooling.winners(), n, maps, mapAt, first, end);
      ClampLoops.relu(y.array(), yAt, y.array(), yAt, (end - first) * row);
    }
  }

  /** Computes the gradients of these images' maps from that of the pooled output. */
  public Tensor gradients(Tensor dy, int from, int to) {
    int length = dy.shape().elements();
    float[] gradient = scratch.of(worker, Scratch.POOLED, length);
    int[] winners =
        Objects.requireNonNull(pooling.winners(), "pooling without positions of the maxima");
    for (int n = from; n < to; n++) {
      int dyAt = dy.offset() + n * length;
      ClampLoops.gate(gradient, 0, dy.array(), dyAt, y.array(), y.at() + n * length, length);
      int mapAt = ALIGNED_START + (n - from) * shape.elements();
      pooling.kernel().backwardImage(maps, mapAt, gradient, 0, winners, n);
    }
    return Tensor.on(maps, ALIGNED_START, shape, to - from);
  }
}
