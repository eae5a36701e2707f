package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.network.Graph;
import io.fovea.network.NamePattern;
import io.fovea.network.RefusedException;
import io.fovea.network.execution.DatasetCheck;
import io.fovea.train.step.Frozen;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The settings that a run must have in common with the one whose checkpoint it resumes. */
final class RunSettings {
  private RunSettings() {}

  /**
   * All settings that change a run's bits, by name, as messages print them.
   *
   * @param steps steps of the complete run
   * @param validation the fingerprint of the validation images; empty if the run does not depend on
   *     them
   */
  static Map<String, String> of(Trainer trainer, long steps, String validation) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("optimizer settings", trainer.optimizer.settings());
    all.put("schedule", trainer.schedule.name(steps));
    all.put("loss", trainer.loss.name());
    String decaying = trainer.decaying.text();
    all.put("l2", trainer.l2 + (decaying.equals("*") ? "" : " of " + decaying));
    all.put("batch size", Integer.toString(trainer.batchSize));
    String augmentation = trainer.augmentation.text();
    all.put("augmentation", augmentation.isEmpty() ? "none" : augmentation);
    all.put("preprocessing", trainer.network.preprocessing().toString());
    all.put("network", network(trainer.network.graph()));
    all.put("accumulation", trainer.accumulate + (trainer.accumulate == 1 ? " batch" : " batches"));
    all.put("clipping", trainer.clipping.name());
    all.put("average", trainer.average == 0 ? "none" : "decay " + trainer.average);
    all.put(
        "frozen weights", Frozen.of(trainer.network.graph(), trainer.frozen).weights().toString());
    if (!trainer.rates.isEmpty()) {
      all.put("rates of parameters", rates(trainer));
    }
    all.put("shuffling", trainer.shuffle ? "on" : "off");
    all.put("early stopping", trainer.earlyStop == 0 ? "none" : trainer.earlyStop + " epochs");
    all.put("best weights", trainer.keepBest ? "kept" : "not kept");
    all.put("batch statistics", statistics(trainer));
    if (!trainer.leftOut.isEmpty()) {
      all.put("images left out", trainer.leftOut.toString());
    }
    all.put("validation data", validation.isEmpty() ? "none" : validation);
    return all;
  }

  /** Whether a run depends on the validation images. */
  static boolean isSteered(Trainer trainer) {
    return trainer.earlyStop > 0 || trainer.keepBest || trainer.schedule.isSteered();
  }

  static NamePattern pattern(Trainer trainer, String setting, String text) {
    NamePattern named = new NamePattern(text);
    if (trainer.network.graph().weights().stream().noneMatch(w -> named.matches(w.name()))) {
      throw new IllegalArgumentException(
          "train: %s: the pattern \"%s\" matches no weight; the summary of the network lists its layers"
              .formatted(setting, text));
    }
    return named;
  }

  /** The multiple of the learning rate for a parameter: of the last pattern that matches. */
  static double rate(Trainer trainer, String parameter) {
    double multiple = 1;
    for (Map.Entry<NamePattern, Double> rate : trainer.rates.entrySet()) {
      multiple = rate.getKey().matches(parameter) ? rate.getValue() : multiple;
    }
    return multiple;
  }

  private static String rates(Trainer trainer) {
    return trainer.rates.entrySet().stream()
        .map(rate -> rate.getKey().text() + " x " + rate.getValue())
        .collect(Collectors.joining(", "));
  }

  /** A hash of the network that differs where any layer differs, including a dropout's rate. */
  private static String network(Graph graph) {
    CRC32C crc = new CRC32C();
    crc.update(graph.nodes().toString().getBytes(StandardCharsets.UTF_8));
    return "of %d layers, crc32c %08x".formatted(graph.nodes().size(), crc.getValue());
  }

  /**
   * The images of a batch statistic, in words; a run may be resumed with another number of workers.
   */
  private static String statistics(Trainer trainer) {
    boolean parts =
        trainer.group != null
            && !trainer.sharedStatistics
            && DatasetCheck.looksAtBatches(trainer.network.graph());
    return parts ? "of each worker's images" : "of the whole batch";
  }

  /**
   * Compares all settings; one that is missing counts as none.
   *
   * @throws IllegalArgumentException if a setting differs
   */
  static void requireSame(Map<String, String> now, Map<String, String> then) {
    Map<String, String> all = new LinkedHashMap<>(then);
    all.putAll(now);
    for (String what : all.keySet()) {
      require(what, now.getOrDefault(what, "none"), then.getOrDefault(what, "none"));
    }
  }

  /**
   * Checks that the batch size is that of the checkpoint, whose position would otherwise be at
   * other images.
   */
  static void requirePlace(Trainer trainer, Dataset train, Checkpoint.Position position) {
    long imagesInStep = Resumption.imagesInStep(trainer);
    int stepsInEpoch = Resumption.stepsInEpoch(trainer, train);
    int leftOut = trainer.leftOut.cardinality(); // the most images that an epoch lacks
    long step = (long) (position.epoch() - 1) * stepsInEpoch + position.stepInEpoch();
    long images = Math.min(position.stepInEpoch() * imagesInStep, train.size());
    boolean past = position.stepInEpoch() > stepsInEpoch;
    boolean isOther = position.images() > images || position.images() < images - leftOut;
    if (past || position.step() != step || isOther) {
      throw new RefusedException(
          "resume",
          "the checkpoint (step %d, epoch %d, %d images into it) was written with another batch size than %d"
              .formatted(position.step(), position.epoch(), position.images(), imagesInStep),
          "resume with the batch size of that run, or start a new run");
    }
  }

  static void check(Trainer trainer, Dataset train) {
    LogitsCheck.require(trainer.network.graph(), trainer.loss);
    LogitsCheck.require(train, trainer.loss, trainer.group);
    DatasetCheck.check(trainer.network, train);
    if (trainer.validation == null && (trainer.earlyStop > 0 || trainer.keepBest)) {
      throw new IllegalArgumentException(
          "train: early stopping and the best weights need images to judge by; give validation images");
    }
    for (Dataset judge : new @Nullable Dataset[] {trainer.validation, trainer.test}) {
      if (judge != null) {
        DatasetCheck.check(trainer.network, judge);
        DatasetCheck.requireSameNumbers(train.classes(), judge);
      }
    }
    if (trainer.group != null) {
      DatasetCheck.check(
          trainer.group,
          trainer.network.graph(),
          train.size(),
          trainer.batchSize,
          trainer.sharedStatistics);
    }
  }

  /** The position of a fork: that of its checkpoint, or the beginning of the epoch. */
  static Checkpoint.Position forked(Trainer trainer, Dataset train, Checkpoint.Position at) {
    try {
      requirePlace(trainer, train, at);
      return at;
    } catch (IllegalArgumentException other) {
      long before = (at.epoch() - 1L) * Resumption.stepsInEpoch(trainer, train);
      return new Checkpoint.Position(before, at.epoch(), 0, 0, 0, 0, 0);
    }
  }

  static void require(String what, String now, String then) {
    if (!now.equals(then)) {
      throw new RefusedException(
          "resume",
          "the checkpoint was written with %s %s, this run has %s".formatted(what, then, now),
          "resume with the same, or start a new run");
    }
  }
}
