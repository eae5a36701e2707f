package io.fovea.rivals.sides;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.rivals.measure.Trainable;
import io.fovea.rivals.measure.TrainingMeasurement;

/** Amazon's Deep Java Library on PyTorch's native library. */
public final class DjlSide {
  private DjlSide() {}

  /** Measures once. */
  public static void main(String[] arguments) {
    Side.run(arguments, DjlSide::measure);
  }

  private static Result measure(MeasurementSettings settings) throws Exception {
    ImageSet images = ImageSet.read(settings.data(), ImageSet.Order.FIRST);
    Engine engine = Engine.getEngine("PyTorch");
    engine.setRandomSeed((int) MeasurementSettings.SEED);
    try (Model model = Model.newInstance(settings.architecture().title(), "PyTorch")) {
      model.setBlock(DjlNetworks.of(settings.architecture()));
      try (Trainer trainer = model.newTrainer(configuration(settings))) {
        trainer.initialize(
            new Shape(settings.batch(), images.channels(), images.height(), images.width()));
        Trainable.Learner learner = new DjlLearner(trainer, images, settings.batch());
        Trainable loop = Trainable.of(learner, images.size(), settings.batch());
        return TrainingMeasurement.measure(settings, loop)
            .from("DJL " + Engine.getDjlVersion() + " with PyTorch " + engine.getVersion());
      }
    }
  }

  private static DefaultTrainingConfig configuration(MeasurementSettings settings) {
    // Xavier's class with these arguments is He's: normal, variance 2 / fan-in.
    XavierInitializer he =
        new XavierInitializer(
            XavierInitializer.RandomType.GAUSSIAN, XavierInitializer.FactorType.IN, 2);
    return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
        .optInitializer(he, Parameter.Type.WEIGHT)
        .optOptimizer(DjlSgd.of(settings.architecture().learningRate()));
  }
}
