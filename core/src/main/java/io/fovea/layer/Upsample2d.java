package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.range.Ranges;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Larger maps from the nearest pixel, (C, H, W) to (C, H*factor, W*factor): y[n,c,i,j] = x[n, c,
 * i/factor, j/factor], rounded down; dx is the sum of dy over the square that a pixel became.
 * PyTorch's Upsample with an integer scale factor and mode nearest.
 *
 * @param factor from 1
 */
public record Upsample2d(int factor) implements Layer {
  /** Throws IllegalArgumentException if the factor is not from 1 to 32,767. */
  public Upsample2d {
    Ranges.whole("upsample2d: factor", factor, 1, Inputs.LARGEST);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    long height = (long) input.size(1) * factor;
    long width = (long) input.size(2) * factor;
    return Inputs.resized(type(), input, input.size(0), height, width, "use a smaller factor");
  }

  Step forward(Tensor x, NodeContext workspace) {
    return Step.ofImages(this, x, workspace, this::spread, this::gather);
  }

  private void spread(Tensor y, Tensor x, int n) {
    int channels = x.shape().size(0);
    int row = y.shape().size(2) * channels;
    int yAt = y.offset() + n * y.shape().elements();
    int xAt = x.offset() + n * x.shape().elements();
    for (int i = 0; i < x.shape().size(1); i++) {
      int first = yAt;
      for (int j = 0; j < x.shape().size(2); j++, xAt += channels) {
        for (int q = 0; q < factor; q++, yAt += channels) {
          System.arraycopy(x.array(), xAt, y.array(), yAt, channels);
        }
      }
      for (int p = 1; p < factor; p++, yAt += row) {
        System.arraycopy(y.array(), first, y.array(), yAt, row);
      }
    }
  }

  private void gather(Tensor dx, Tensor dy, int n) {
    int channels = dx.shape().size(0);
    int width = dx.shape().size(2);
    int dxAt = dx.offset() + n * dx.shape().elements();
    Arrays.fill(dx.array(), dxAt, dxAt + dx.shape().elements(), 0);
    int dyAt = dy.offset() + n * dy.shape().elements();
    for (int i = 0; i < dy.shape().size(1); i++) {
      for (int j = 0; j < dy.shape().size(2); j++, dyAt += channels) {
        int pixel = dxAt + (i / factor * width + j / factor) * channels;
        for (int c = 0; c < channels; c++) {
          dx.array()[pixel + c] += dy.array()[dyAt + c];
        }
      }
    }
  }
}
