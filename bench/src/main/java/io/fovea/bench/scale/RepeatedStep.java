package io.fovea.bench.scale;

import io.fovea.dataset.Dataset;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** What is repeated: a training step, or the inference of a batch, of a built-in network. */
interface RepeatedStep {
  /** The seed of weights and images. */
  long SEED = 1;

  /** Repeats the step on so many threads until {@code after}, called behind each, is false. */
  void run(int threads, BooleanSupplier after);

  /** Steps of {@code batch} random images. */
  static RepeatedStep training(Zoo model, int batch) {
    Images images = new Images(shape(model), batch);
    return (threads, after) ->
        Trainer.of(network(model, images.shape()))
            .batchSize(batch)
            .threads(threads)
            .epochs(1_000)
            .listener(
                new Listener() {
                  @Override
                  public void onStep(Training training, StepReport step) {
                    if (!after.getAsBoolean()) {
                      training.stop();
                    }
                  }
                })
            .fit(images);
  }

  /** Inference of {@code batch} random images in one call. */
  static RepeatedStep inference(Zoo model, int batch) {
    Images images = new Images(shape(model), batch);
    Tensor x = Tensor.zeros(images.shape(), batch);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = (float) RandomKey.of(SEED).normal(i);
    }
    return (threads, after) -> {
      try (Classifier classifier =
          Classifier.of(network(model, images.shape()), threads, KernelSet.fastest())) {
        do {
          classifier.probabilities(x);
        } while (after.getAsBoolean());
      }
    };
  }

  private static Network network(Zoo model, Shape input) {
    return Network.of(model.graph(input, Images.CLASSES.size()), Initializer.he(), SEED);
  }

  /** What the network is usually given: grey digits, small colour images, photos. */
  static Shape shape(Zoo model) {
    if (model.compareTo(Zoo.RESNET18) >= 0) {
      return Shape.of(3, 224, 224);
    }
    return model.compareTo(Zoo.RESNET8) >= 0 ? Shape.of(3, 32, 32) : Shape.of(1, 28, 28);
  }

  /**
   * Random pixels with random labels; an epoch of 64 batches.
   *
   * @param batch images of a batch, which are the same in every batch
   */
  record Images(Shape shape, int batch) implements Dataset {
    private static final List<String> CLASSES =
        IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    @Override
    public String name() {
      return "random";
    }

    @Override
    public int size() {
      return 64 * batch;
    }

    @Override
    public List<String> classes() {
      return CLASSES;
    }

    @Override
    public int label(int index) {
      return index % batch % CLASSES.size();
    }

    @Override
    public void pixels(int index, float[] destination, int offset) {
      int state = index % batch + 1;
      for (int i = 0; i < shape.elements(); i++) {
        state = state * 1664525 + 1013904223;
        destination[offset + i] = state >>> 24;
      }
    }
  }
}
