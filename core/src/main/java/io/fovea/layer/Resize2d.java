package io.fovea.layer;

import io.fovea.kernel.geometry.Interpolation;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Bilinear resizing, (C, H, W) to (C, height, width): each pixel is a mean of the four around its
 * position; dx is the sum of dy by the same weights. Positions are those of PyTorch's interpolate
 * with mode bilinear and of ONNX's Resize with mode linear: "align_corners" where corners are
 * aligned, else "half_pixel", without antialiasing.
 *
 * <pre>
 * y[n,c,i,j] = (1-s)(1-t) x[n,c,p,q] + (1-s) t x[n,c,p,q+1] + s (1-t) x[n,c,p+1,q] + s t x[n,c,p+1,q+1]
 * p + s = i * (H-1) / (height-1), or (i + 1/2) * H / height - 1/2 from 0 to H-1; q + t likewise
 * </pre>
 *
 * @param height from 1
 * @param width from 1
 * @param alignCorners whether the centres of the corner pixels keep their positions, or their edges
 */
public record Resize2d(int height, int width, boolean alignCorners) implements Layer {
  public Resize2d {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "resize2d: height and width must be at least 1, got " + height + "x" + width);
    }
  }

  /** With half-pixel positions. */
  public Resize2d(int height, int width) {
    this(height, width, false);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    return Inputs.resized(type(), input, input.size(0), height, width, "use a smaller size");
  }

  Interpolation rows(Shape input) {
    return new Interpolation(input.size(1), height, alignCorners);
  }

  Interpolation columns(Shape input) {
    return new Interpolation(input.size(2), width, alignCorners);
  }

  Step forward(Tensor x, NodeContext workspace) {
    return Step.ofImages(this, x, workspace, this::mix, this::spread);
  }

  private void mix(Tensor y, Tensor x, int n) {
    int channels = x.shape().size(0);
    Interpolation rows = rows(x.shape());
    Interpolation columns = columns(x.shape());
    float[] from = x.array();
    int yAt = Broadcast.at(y, n);
    for (int i = 0; i < height; i++) {
      int upper = row(x, n, rows.low(i));
      int lower = row(x, n, rows.high(i));
      double s = rows.share(i);
      for (int j = 0; j < width; j++, yAt += channels) {
        int left = columns.low(j) * channels;
        int right = columns.high(j) * channels;
        double t = columns.share(j);
        float a = (float) ((1 - s) * (1 - t));
        float b = (float) ((1 - s) * t);
        float c = (float) (s * (1 - t));
        float d = (float) (s * t);
        for (int k = 0; k < channels; k++) {
          y.array()[yAt + k] =
              a * from[upper + left + k]
                  + b * from[upper + right + k]
                  + c * from[lower + left + k]
                  + d * from[lower + right + k];
        }
      }
    }
  }

  private void spread(Tensor dx, Tensor dy, int n) {
    int channels = dx.shape().size(0);
    Interpolation rows = rows(dx.shape());
    Interpolation columns = columns(dx.shape());
    int first = Broadcast.at(dx, n);
    Arrays.fill(dx.array(), first, first + dx.shape().elements(), 0);
    int dyAt = Broadcast.at(dy, n);
    for (int i = 0; i < height; i++) {
      int upper = row(dx, n, rows.low(i));
      int lower = row(dx, n, rows.high(i));
      double s = rows.share(i);
      for (int j = 0; j < width; j++, dyAt += channels) {
        int left = columns.low(j) * channels;
        int right = columns.high(j) * channels;
        double t = columns.share(j);
        add(dx.array(), upper + left, dy.array(), dyAt, (1 - s) * (1 - t), channels);
        add(dx.array(), upper + right, dy.array(), dyAt, (1 - s) * t, channels);
        add(dx.array(), lower + left, dy.array(), dyAt, s * (1 - t), channels);
        add(dx.array(), lower + right, dy.array(), dyAt, s * t, channels);
      }
    }
  }

  private static void add(float[] dx, int dxAt, float[] dy, int dyAt, double share, int channels) {
    float weight = (float) share;
    for (int k = 0; k < channels; k++) {
      dx[dxAt + k] += weight * dy[dyAt + k];
    }
  }

  private static int row(Tensor x, int n, int i) {
    return Broadcast.at(x, n) + i * x.shape().size(2) * x.shape().size(0);
  }
}
