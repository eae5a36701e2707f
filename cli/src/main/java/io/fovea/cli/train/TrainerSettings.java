package io.fovea.cli.train;

import io.fovea.cluster.ClusterRun;
import io.fovea.train.Trainer;
import java.util.List;
import java.util.Map;

/**
 * Configures a trainer from the flags of a run, in this process and on the workers of a cluster.
 *
 * @param flags the run's settings
 * @param classWeights the class weights of the loss; empty for equal ones
 */
record TrainerSettings(Map<String, String> flags, List<Double> classWeights)
    implements ClusterRun.Settings {

  static TrainerSettings of(Settings settings, TrainingParts parts) {
    return new TrainerSettings(
        Map.copyOf(settings.flags()), settings.loss().classWeights(parts.train()));
  }

  @Override
  public void apply(Trainer trainer) {
    Settings settings = new Settings(flags);
    trainer
        .optimizer(settings.optimizer())
        .schedule(settings.schedule())
        .loss(settings.loss().loss(classWeights))
        .clipping(settings.clipping())
        .average(settings.ema())
        .accumulate(settings.accumulate())
        .earlyStop(settings.earlyStop())
        .augment(settings.augmentation())
        .l2(settings.l2())
        .epochs(settings.epochs())
        .batchSize(settings.batch())
        .shuffle(settings.shuffle())
        .seed(settings.seed())
        .kernels(settings.kernels());
    settings.freeze().forEach(trainer::freeze);
  }
}
