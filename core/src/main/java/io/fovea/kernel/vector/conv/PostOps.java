package io.fovea.kernel.vector.conv;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.activation.Activations;
import io.fovea.kernel.vector.machine.Sums;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Epilogue} of a convolution without its pooling, applied to pixels of a map that one
 * worker has just written, while they are in its cache.
 */
public final class PostOps {
  private final @Nullable Tensor residual;
  private final @Nullable Activation activation;
  private final Scratch scratch;
  private final int worker;

  public PostOps(Epilogue epilogue, Resources resources, int worker) {
    this.residual = epilogue.residual();
    this.activation = epilogue.activation();
    this.scratch = resources.scratch();
    this.worker = worker;
  }

  /**
   * Applies it to pixels first (inclusive) to end (exclusive) of image n, to {@code channels}
   * channels from the given one on.
   *
   * @param map the view that begins at the image's map
   */
  public void run(OutputView map, int n, int first, int end, int channel, int channels) {
    int at = map.at() + first * map.step() + channel;
    if (residual != null) {
      add(map, at, residual, n, first, end, channel, channels);
    }
    if (activation != null) {
      Activations.apply(
          activation, map.array(), at, map.step(), end - first, channels, scratch, worker);
    }
  }

  private static void add(
      OutputView map, int at, Tensor x, int n, int first, int end, int channel, int channels) {
    int step = x.shape().size(0);
    int pixels = x.shape().size(1) * x.shape().size(2);
    int xAt = x.offset() + (n * pixels + first) * step + channel;
    float[] y = map.array();
    if (step == channels && map.step() == channels) {
      Sums.add(y, at, y, at, x.array(), xAt, (end - first) * channels);
      return;
    }
    for (int p = 0; p < end - first; p++) {
      int yAt = at + p * map.step();
      Sums.add(y, yAt, y, yAt, x.array(), xAt + p * step, channels);
    }
  }
}
