package io.fovea.layer;

import io.fovea.kernel.op.Kernels;
import io.fovea.layer.context.NodeContext;
import io.fovea.parallel.Bands;
import io.fovea.range.Ranges;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Channels in shuffled order, so that grouped convolutions mix their channels: C channels in groups
 * of M = C/groups neighbours become M groups with one of each, y[n, k*groups + g] = x[n, g*M + k];
 * dx is the inverse permutation of dy (Zhang et al., "ShuffleNet", arXiv 1707.01083, section 3.1).
 * In ONNX it is a Reshape to (groups, M), a Transpose and a Reshape back.
 *
 * @param groups from 1, a divisor of the channels
 */
public record ChannelShuffle(int groups) implements Layer {
  public ChannelShuffle {
    Ranges.atLeastOne("channel_shuffle: groups", groups);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.groups(type(), inputs, groups);
  }

  Step forward(Tensor x, NodeContext workspace) {
    Tensor y = workspace.output(x.shape(), x.count());
    deal(y, x, groups, workspace);
    return Step.of(workspace, y, dy -> backward(dy, workspace));
  }

  /** A shuffle by C/groups is the inverse of a shuffle by groups. */
  private List<Tensor> backward(Tensor dy, NodeContext workspace) {
    int back = dy.shape().size(0) / groups;
    return workspace.inputGradient(dy.shape(), dy.count(), dx -> deal(dx, dy, back, workspace));
  }

  private static void deal(Tensor y, Tensor x, int groups, NodeContext workspace) {
    int channels = x.shape().size(0);
    int members = channels / groups;
    Kernels kernels = workspace.kernels();
    Bands.of(Broadcast.pixels(x.shape()), channels)
        .run(
            workspace.workers(),
            x.count(),
            (n, from, to, worker) -> {
              for (int at = from * channels; at < to * channels; at += channels) {
                int xAt = Broadcast.at(x, n) + at;
                kernels.transpose(
                    y.array(), Broadcast.at(y, n) + at, x.array(), xAt, groups, members);
              }
            });
  }
}
