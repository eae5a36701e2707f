package io.fovea.rivals.sides;

import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.CallMeasurement;
import io.fovea.rivals.measure.ColdStart;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.rivals.measure.StepListener;
import io.fovea.rivals.measure.Trainable;
import io.fovea.rivals.measure.TrainingMeasurement;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fovea through its public API: {@link Trainer} and {@link Classifier}. */
public final class FoveaSide {
  private static final int ENDLESS = 1_000_000;

  private FoveaSide() {}

  /** Measures once. */
  public static void main(String[] arguments) {
    Side.run(arguments, FoveaSide::measure);
  }

  private static Result measure(MeasurementSettings settings) throws Exception {
    if (settings.action().readsFiles()) {
      return file(settings).from("Fovea");
    }
    ImageSet images = ImageSet.read(settings.data(), ImageSet.Order.LAST);
    Network network = network(settings.architecture(), images);
    Result result =
        settings.action().trains()
            ? TrainingMeasurement.measure(settings, training(network, images, settings))
            : answers(network, images, settings);
    return result.from("Fovea");
  }

  private static Result file(MeasurementSettings settings) throws Exception {
    long began = System.nanoTime();
    try (Classifier classifier =
        classifier(Onnx.read(settings.data(), OnnxReading.standard()).network())) {
      List<Tensor> inputs =
          BenchmarkInputs.random(settings.batch() * classifier.input().elements()).stream()
              .map(values -> Tensor.of(classifier.input(), settings.batch(), values))
              .toList();
      if (settings.action() == Action.COLD) {
        if (settings.warmUpSeconds() > 0) {
          classifier.warmUp(Duration.ofMillis((long) (1000 * settings.warmUpSeconds())));
        }
        return ColdStart.measure(
            began, inputs.size(), index -> classifier.probabilities(inputs.get(index)));
      }
      classifier.probabilities(inputs.getFirst());
      System.gc(); // once, as docs/production.md advises: what loading has left is given back
      return CallMeasurement.measure(
          settings, inputs.size(), index -> classifier.probabilities(inputs.get(index)));
    }
  }

  /** The zoo's network for these images, with He's initial weights. */
  static Network network(Architecture architecture, ImageSet images) {
    Shape shape = Shape.of(images.channels(), images.height(), images.width());
    return Network.of(
        Zoo.named(architecture.zooTitle()).graph(shape, MeasurementSettings.CLASSES),
        Initializer.he(),
        MeasurementSettings.SEED);
  }

  private static Trainable training(
      Network network, ImageSet images, MeasurementSettings settings) {
    return listener ->
        freezing(network, settings.architecture())
            .optimizer(
                Sgd.of(settings.architecture().learningRate())
                    .momentum(MeasurementSettings.MOMENTUM))
            .l2(MeasurementSettings.L2)
            .epochs(ENDLESS)
            .batchSize(settings.batch())
            .seed(MeasurementSettings.SEED)
            .threads(MeasurementSettings.THREADS)
            .listener(relay(listener, settings.batch(), images.size()))
            .fit(new FoveaDataset(images));
  }

  private static Trainer freezing(Network network, Architecture architecture) {
    Trainer trainer = Trainer.of(network);
    if (architecture.trainsLastBlock()) {
      String last = architecture == Architecture.RESNET18_LAST ? "layer4_1" : "features_17";
      network.graph().weights().stream()
          .filter(weight -> weight.parameter().role().isTrained())
          .map(Graph.Weight::name)
          .takeWhile(weight -> !weight.startsWith(last))
          .forEach(trainer::freeze);
    }
    return trainer;
  }

  private static Listener relay(StepListener listener, int batch, int images) {
    return new Listener() {
      @Override
      public void onStep(Training training, StepReport step) {
        int before = (step.stepInEpoch() - 1) * batch;
        if (!listener.onStep(Math.min(batch, images - before), step.loss())) {
          training.stop();
        }
      }
    };
  }

  private static Result answers(Network network, ImageSet images, MeasurementSettings settings)
      throws Exception {
    List<Tensor> inputs = new ArrayList<>();
    for (float[] batch : BenchmarkInputs.batches(images, settings.batch())) {
      inputs.add(Tensor.on(batch, 0, network.graph().input(), settings.batch()));
    }
    try (Classifier classifier = classifier(network)) {
      return CallMeasurement.measure(
          settings, inputs.size(), index -> classifier.probabilities(inputs.get(index)));
    }
  }

  static Classifier classifier(Network network) {
    return Classifier.of(network, MeasurementSettings.THREADS, KernelSet.fastest());
  }
}
