package io.fovea.cli.command;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.replay.Replay;
import io.fovea.replay.StateConditions;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of {@code bisect --when}.
 *
 * @param isOfSteps whether it is a condition on a step's loss, not on a state
 */
record ConditionText(boolean isOfSteps, Supplier<Optional<Replay.Onset>> search) {
  static final String FORMS =
      "predicts FILE = CLASS, loss > X, test-accuracy < X, norm WEIGHT > X, dead LAYER > X or nan";

  private static final Pattern PREDICTS = Pattern.compile("predicts (.+?) *= *(.+)");
  private static final Pattern COMPARED =
      Pattern.compile("(loss|test-accuracy|norm (\\S+)|dead (\\S+)) *([<>]) *(\\S+)");

  /**
   * Parses a condition.
   *
   * @param limit the first test images that count; 0 for all
   */
  static ConditionText of(String text, RunReplay run, Replay replay, int limit) throws IOException {
    long last = run.steps();
    if (text.strip().equals("nan")) {
      return new ConditionText(false, () -> replay.firstNotFinite(last));
    }
    Matcher compared = COMPARED.matcher(text.strip());
    if (compared.matches() && compared.group(1).equals("loss")) {
      DoublePredicate bound = bound(text, compared);
      return new ConditionText(true, () -> replay.firstLoss(last, bound));
    }
    Dataset all = run.job().split().test();
    Dataset test = limit == 0 ? all : all.first(limit);
    Predicate<Checkpoint> condition;
    try {
      condition =
          state(
              text,
              compared,
              StateConditions.of(replay, test, run.settings().get(TrainFlags.KERNELS)));
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--when: " + wrong.getMessage());
    }
    return new ConditionText(false, () -> replay.first(last, condition));
  }

  private static Predicate<Checkpoint> state(
      String text, Matcher compared, StateConditions conditions) throws IOException {
    Matcher predicts = PREDICTS.matcher(text.strip());
    if (predicts.matches()) {
      return conditions.predicts(
          Images.read(Path.of(predicts.group(1))), predicts.group(2).strip());
    }
    if (!compared.matches()) {
      throw new UsageException("--when: expects %s, got \"%s\"".formatted(FORMS, text));
    }
    DoublePredicate bound = bound(text, compared);
    if (compared.group(2) != null) {
      return conditions.norm(compared.group(2), bound);
    }
    return compared.group(3) != null
        ? conditions.dead(compared.group(3), bound)
        : conditions.accuracy(bound);
  }

  private static DoublePredicate bound(String text, Matcher compared) {
    String sign = compared.group(4);
    String number = compared.group(5);
    try {
      double limit = Double.parseDouble(number);
      return sign.equals(">") ? value -> value > limit : value -> value < limit;
    } catch (NumberFormatException wrong) {
      throw new UsageException(
          "--when: expects a number after %s, got \"%s\" in \"%s\"".formatted(sign, number, text));
    }
  }
}
