package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.train.step.Fingerprint;
import java.util.Map;

/** Whether a run resumes the one that wrote a checkpoint. */
public final class Resumption {
  private Resumption() {}

  /**
   * Checks, without training, that {@link Trainer#fit} goes on where the run ended whose checkpoint
   * {@link Trainer#resume} was given.
   *
   * @throws IllegalArgumentException as {@link Trainer#fit}; a {@link
   *     io.fovea.network.RefusedException} where settings or images are not those of that run
   * @throws IllegalStateException if the trainer has no checkpoint
   */
  public static void check(Trainer trainer, Dataset train) {
    Checkpoint then = trainer.resume;
    if (then == null) {
      throw new IllegalStateException("resume: there is no checkpoint; call Trainer.resume before");
    }
    RunSettings.check(trainer, train);
    then.weights().requireFit(trainer.network.graph());
    KernelSet kernels = trainer.kernels != null ? trainer.kernels : KernelSet.fastest();
    long steps = (long) stepsInEpoch(trainer, train) * trainer.epochs;
    Map<String, String> facts = RunSettings.of(trainer, steps, validation(trainer));
    requireSameRun(trainer, then, train, Fingerprint.of(train), kernels, facts);
  }

  static long imagesInStep(Trainer trainer) {
    return (long) trainer.batchSize * trainer.accumulate;
  }

  static int stepsInEpoch(Trainer trainer, Dataset train) {
    long images = imagesInStep(trainer);
    return (int) ((train.size() + images - 1) / images);
  }

  /** The fingerprint of the validation images; empty if the run does not depend on them. */
  static String validation(Trainer trainer) {
    Dataset set = trainer.validation;
    return set != null && RunSettings.isSteered(trainer) ? Fingerprint.of(set) : "";
  }

  /**
   * Compares with a checkpoint.
   *
   * @param data the fingerprint of the training images
   * @param facts all settings of the run
   */
  static void requireSameRun(
      Trainer trainer,
      Checkpoint then,
      Dataset train,
      String data,
      KernelSet kernels,
      Map<String, String> facts) {
    RunSettings.require("seed", Long.toString(trainer.seed), Long.toString(then.seed()));
    RunSettings.require("optimizer", trainer.optimizer.name(), then.optimizer());
    Fingerprint.requireComparable(then.data(), train);
    RunSettings.require("training data", data, then.data());
    then.requireBits("resume");
    RunSettings.require("kernels", Checkpoint.kernels(kernels), then.kernels());
    RunSettings.requirePlace(trainer, train, then.position());
    RunSettings.requireSame(facts, then.settings());
  }
}
