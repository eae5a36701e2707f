package io.fovea.rivals.sides;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.Trainable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

final class DjlLearner implements Trainable.Learner {
  private final Trainer trainer;
  private final ImageSet images;
  private final float[] inputs;
  private final ByteBuffer memory; // direct, so DJL reads it without a copy of its own

  DjlLearner(Trainer trainer, ImageSet images, int batch) {
    this.trainer = trainer;
    this.images = images;
    this.inputs = new float[batch * images.elements()];
    this.memory =
        ByteBuffer.allocateDirect(inputs.length * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  @Override
  public double step(int[] order, int from, int count) {
    images.inputs(order, from, count, inputs);
    memory.asFloatBuffer().put(inputs, 0, count * images.elements());
    long[] labels = new long[count];
    for (int n = 0; n < count; n++) {
      labels[n] = images.label(order[from + n]);
    }
    try (NDManager scope = trainer.getManager().newSubManager()) {
      Shape shape = new Shape(count, images.channels(), images.height(), images.width());
      int bytes = count * images.elements() * Float.BYTES;
      ByteBuffer used = memory.slice(0, bytes).order(ByteOrder.nativeOrder());
      NDArray x = scope.create(used, shape, DataType.FLOAT32);
      NDArray y = scope.create(labels);
      NDArray loss;
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList logits = trainer.forward(new NDList(x));
        loss = trainer.getLoss().evaluate(new NDList(y), logits);
        collector.backward(loss);
      }
      trainer.step();
      return loss.getFloat();
    }
  }
}
