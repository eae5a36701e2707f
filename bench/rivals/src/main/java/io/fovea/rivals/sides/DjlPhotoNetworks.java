package io.fovea.rivals.sides;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.MeasurementSettings;
import java.util.List;

/** ResNet-18 and MobileNetV2 in DJL's blocks: first what can be frozen, then the last block. */
final class DjlPhotoNetworks {
  /** Expansion, filters, blocks, and stride of the first block (arXiv 1801.04381, table 2). */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2}
  };

  private DjlPhotoNetworks() {}

  static Block resNet18(Architecture architecture) {
    SequentialBlock first =
        new SequentialBlock()
            .add(DjlNetworks.convolution(64, 7, 2, false))
            .add(DjlNetworks.norm())
            .add(Activation.reluBlock())
            .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)))
            .add(DjlNetworks.residual(64, 64, 1))
            .add(DjlNetworks.residual(64, 64, 1));
    for (int filters = 128; filters <= 512; filters *= 2) {
      first.add(DjlNetworks.residual(filters / 2, filters, 2));
      if (filters < 512) {
        first.add(DjlNetworks.residual(filters, filters, 1));
      }
    }
    return joined(architecture, first, DjlNetworks.residual(512, 512, 1), Blocks.identityBlock());
  }

  static Block mobileNetV2(Architecture architecture) {
    SequentialBlock first = new SequentialBlock().add(rectified(32, 3, 2, 1));
    int channels = 32;
    for (int[] stage : STAGES) {
      for (int block = 0; block < stage[2]; block++) {
        first.add(inverted(channels, stage[1], block == 0 ? stage[3] : 1, stage[0]));
        channels = stage[1];
      }
    }
    Block last =
        new SequentialBlock().add(inverted(channels, 320, 1, 6)).add(rectified(1280, 1, 1, 1));
    return joined(architecture, first, last, Dropout.builder().optRate(0.2f).build());
  }

  private static Block joined(
      Architecture architecture, SequentialBlock first, Block last, Block beforeDense) {
    if (architecture.trainsLastBlock()) {
      first.freezeParameters(true); // false would have running means trained
    }
    return new SequentialBlock()
        .add(first)
        .add(last)
        .add(Pool.globalAvgPool2dBlock())
        .add(Blocks.batchFlattenBlock())
        .add(beforeDense)
        .add(DjlNetworks.dense(MeasurementSettings.CLASSES));
  }

  private static Block inverted(int channels, int filters, int stride, int expansion) {
    int hidden = expansion * channels;
    SequentialBlock path = new SequentialBlock();
    if (expansion != 1) {
      path.add(rectified(hidden, 1, 1, 1));
    }
    path.add(rectified(hidden, 3, stride, hidden))
        .add(DjlNetworks.convolution(filters, 1, 1, false))
        .add(DjlNetworks.norm());
    return stride == 1 && channels == filters
        ? new ParallelBlock(
            parts ->
                new NDList(parts.get(0).singletonOrThrow().add(parts.get(1).singletonOrThrow())),
            List.of(path, Blocks.identityBlock()))
        : path;
  }

  /** Convolution, batch norm, ReLU6. */
  private static Block rectified(int filters, int kernel, int stride, int groups) {
    return new SequentialBlock()
        .add(DjlNetworks.convolution(filters, kernel, stride, groups, false))
        .add(DjlNetworks.norm())
        .add(new LambdaBlock(x -> new NDList(x.singletonOrThrow().clip(0, 6)), "relu6"));
  }
}
