package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Some neighbouring channels of maps (C, H, W), or features of a row: y[n,c] = x[n, from + c]; dx
 * is dy there and 0 elsewhere. Several slices split a value, which {@link Concat} joins again (ONNX
 * Split and Slice along the channels).
 *
 * @param from the first channel, from 0
 * @param to past the last channel
 */
public record ChannelSlice(int from, int to) implements Layer {
  public ChannelSlice {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "channel_slice: expects channels from 0 up and at least one, got from %d to %d"
              .formatted(from, to));
    }
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.channels(type(), inputs);
    if (to > input.size(0)) {
      throw new IllegalArgumentException(
          "channel_slice expects at least %d channels, got %d (input %s)"
              .formatted(to, input.size(0), input));
    }
    return input.rank() == 3
        ? Shape.of(to - from, input.size(1), input.size(2))
        : Shape.of(to - from);
  }

  Step forward(Tensor x, NodeContext workspace) {
    return Step.ofImages(this, x, workspace, this::cut, this::putBack);
  }

  private void cut(Tensor y, Tensor x, int n) {
    int xAt = Broadcast.at(x, n) + from;
    int yAt = Broadcast.at(y, n);
    int end = yAt + y.shape().elements();
    for (; yAt < end; yAt += to - from, xAt += x.shape().size(0)) {
      System.arraycopy(x.array(), xAt, y.array(), yAt, to - from);
    }
  }

  private void putBack(Tensor dx, Tensor dy, int n) {
    int first = Broadcast.at(dx, n);
    Arrays.fill(dx.array(), first, first + dx.shape().elements(), 0);
    int dxAt = first + from;
    int dyAt = Broadcast.at(dy, n);
    int end = dyAt + dy.shape().elements();
    for (; dyAt < end; dyAt += to - from, dxAt += dx.shape().size(0)) {
      System.arraycopy(dy.array(), dyAt, dx.array(), dxAt, to - from);
    }
  }
}
