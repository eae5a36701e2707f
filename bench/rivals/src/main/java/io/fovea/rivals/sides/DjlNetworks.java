package io.fovea.rivals.sides;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.MeasurementSettings;
import java.util.List;

final class DjlNetworks {
  private DjlNetworks() {}

  static Block of(Architecture architecture) {
    return switch (architecture) {
      case TWO_LAYER ->
          new SequentialBlock()
              .add(convolution(16, 5, 1, true))
              .add(Activation.reluBlock())
              .add(convolution(32, 5, 1, true))
              .add(head());
      case RESNET8 ->
          new SequentialBlock()
              .add(convolution(16, 3, 1, false))
              .add(norm())
              .add(Activation.reluBlock())
              .add(residual(16, 16, 1))
              .add(residual(16, 32, 2))
              .add(residual(32, 64, 2))
              .add(Pool.globalAvgPool2dBlock())
              .add(Blocks.batchFlattenBlock())
              .add(dense(MeasurementSettings.CLASSES));
      case POOLED, MOBILENET_V2, MOBILENET_V2_LAST, RESNET18, RESNET18_LAST, EFFICIENTNET_B0 ->
          throw new IllegalArgumentException(
              architecture.title() + " is not built for this library; leave it out by --only");
    };
  }

  private static Block head() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(dense(100))
        .add(Activation.reluBlock())
        .add(dense(MeasurementSettings.CLASSES));
  }

  private static Block residual(int channels, int filters, int stride) {
    Block path =
        new SequentialBlock()
            .add(convolution(filters, 3, stride, false))
            .add(norm())
            .add(Activation.reluBlock())
            .add(convolution(filters, 3, 1, false))
            .add(norm());
    Block shortcut =
        stride == 1 && channels == filters
            ? Blocks.identityBlock()
            : new SequentialBlock().add(convolution(filters, 1, stride, false)).add(norm());
    return new ParallelBlock(DjlNetworks::addAndRectify, List.of(path, shortcut));
  }

  private static NDList addAndRectify(List<NDList> branches) {
    NDArray sum = branches.get(0).singletonOrThrow().add(branches.get(1).singletonOrThrow());
    return new NDList(Activation.relu(sum));
  }

  private static Block convolution(int filters, int kernel, int stride, boolean bias) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optBias(bias)
        .build();
  }

  private static Block norm() {
    return BatchNorm.builder().optEpsilon(1e-5f).optMomentum(0.9f).build();
  }

  private static Block dense(int outputs) {
    return Linear.builder().setUnits(outputs).build();
  }
}
