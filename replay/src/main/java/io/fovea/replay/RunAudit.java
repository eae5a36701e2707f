package io.fovea.replay;

import io.fovea.dataset.Dataset;
import io.fovea.format.Checkpoints;
import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.network.Weights;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.run.RunMetrics;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import io.fovea.train.step.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains a run again and compares: the images, the settings, every logged figure of a step, the
 * figures and the hash of the weights of every epoch, the files of the models. An epoch of equal
 * hash is equal to the bit in all its steps.
 */
public final class RunAudit {
  /**
   * What an audit found.
   *
   * @param from the step behind which it began
   * @param until the last step that was trained again
   * @param recorded the steps of the run
   * @param missing what the run does not record, and was not compared
   * @param first the first difference; empty if all is equal
   */
  public record Result(
      long from, long until, long recorded, List<String> missing, Optional<Difference> first) {}

  /**
   * A difference.
   *
   * @param step the step that it shows after; 0 before the first one
   * @param what what differs
   * @param recorded what the run wrote
   * @param again what training again gave
   */
  public record Difference(long step, String what, String recorded, String again) {
    @Override
    public String toString() {
      return "not equal %s: %s: the run has %s, training again gives %s"
          .formatted(
              step == 0 ? "before the first step" : "after step " + step, what, recorded, again);
    }
  }

  private final RunFolder folder;
  private final RunConfig config;
  private final Map<Long, StepReport> steps = new TreeMap<>();
  private final Map<Integer, EpochReport> epochs = new HashMap<>();
  private final Map<Integer, String> hashes;
  private final Checkpoint end;
  private final int every;
  private @Nullable Difference first;
  private long begun;
  private Optional<Weights> model = Optional.empty();
  private Optional<Weights> best = Optional.empty();

  private RunAudit(RunFolder folder) throws IOException {
    this.folder = folder;
    this.config = RunConfig.read(folder.file(RunFolder.CONFIG));
    RunMetrics metrics = folder.metrics();
    metrics.read(step -> steps.put(step.step(), step), epoch -> epochs.put(epoch.epoch(), epoch));
    this.hashes = metrics.hashes();
    this.end = Checkpoints.read(folder.file(RunFolder.CHECKPOINT)).checkpoint();
    String text = config.flag("log-every");
    this.every = text.matches("[1-9]\\d{0,8}") ? Integer.parseInt(text) : 0;
  }

  /**
   * Audits the run of a folder.
   *
   * @param replay a replay of this run, whose trainer has its validation and test images, too
   * @param train its training images
   * @param from it begins at the latest checkpoint at or before this step
   * @param until the last step to compare; all with {@link Long#MAX_VALUE}
   * @throws IOException if a file of the run cannot be read
   * @throws IllegalArgumentException if the run is of another bit version
   */
  public static Result of(Path run, Replay replay, Dataset train, long from, long until)
      throws IOException {
    RunAudit audit = new RunAudit(new RunFolder(run));
    audit.end.requireBits("verify");
    audit.differ(0, "the seed", Long.toString(audit.end.seed()), audit.config.flag("seed"));
    if (audit.first == null) {
      audit.first = images(run, train).orElse(null);
    }
    long last = audit.end.position().step();
    long reached = 0;
    if (audit.first == null) {
      Checkpoint again = replay.follow(from, Math.min(until, last), audit.new Comparison());
      reached = again.position().step();
      if (audit.first == null && reached == last) {
        audit.ends(again);
      }
    }
    List<String> missing = new ArrayList<>();
    if (audit.config.audit().isEmpty()) {
      missing.add("the images and the weights at the start");
    }
    if (audit.hashes.size() < audit.epochs.size()) {
      missing.add("the weights after each epoch");
    }
    return new Result(audit.begun, reached, last, missing, Optional.ofNullable(audit.first));
  }

  private void differ(long step, String what, Object recorded, Object again) {
    if (first == null && !recorded.equals(again)) {
      first = new Difference(step, what, recorded.toString(), again.toString());
    }
  }

  /** The first difference of a run's training images from these; empty if there is none. */
  public static Optional<Difference> images(Path run, Dataset train) throws IOException {
    RunConfig config = RunConfig.read(new RunFolder(run).file(RunFolder.CONFIG));
    String recorded = config.audit().getOrDefault("data", "");
    Fingerprint.requireComparable(recorded, train);
    String now = recorded.isEmpty() ? "" : Fingerprint.of(train);
    if (recorded.equals(now)) {
      return Optional.empty();
    }
    OptionalInt image = ImageChecksums.firstDifference(run, train);
    String which =
        image.isEmpty() || image.getAsInt() >= train.size()
            ? ""
            : " (first: %s of class %s)"
                .formatted(
                    train.origin(image.getAsInt()),
                    train.classes().get(train.label(image.getAsInt())));
    return Optional.of(new Difference(0, "the training images" + which, recorded, now));
  }

  /** Compares what a training reports. */
  private final class Comparison implements Listener {
    @Override
    public void onStart(Training training) {
      Checkpoint now = training.checkpoint();
      begun = now.position().step();
      differ(0, "the kernels", end.kernels(), now.kernels());
      differ(0, "the optimizer", end.optimizer(), now.optimizer());
      end.settings()
          .forEach(
              (name, value) -> differ(0, name, value, now.settings().getOrDefault(name, "none")));
      String start = config.audit().getOrDefault("start", "");
      if (!start.isEmpty() && now.position().step() == 0) {
        differ(0, "the weights at the start", start, WeightsHash.of(now.weights()));
      }
      boolean isEnded =
          folder.has(RunFolder.REPORT)
              && end.settings().getOrDefault("early stopping", "none").equals("none");
      if (isEnded) {
        differ(0, "the number of steps", end.position().step(), training.steps());
      }
      stopIfDifferent(training);
    }

    @Override
    public void onStep(Training training, StepReport now) {
      long step = now.step();
      StepReport then = steps.get(step);
      if (then != null) {
        differ(step, "the loss", then.loss(), now.loss());
        differ(step, "the loss with L2", then.totalLoss(), now.totalLoss());
        differ(step, "the accuracy", then.accuracy(), now.accuracy());
        differ(step, "the learning rate", then.learningRate(), now.learningRate());
      } else if (every > 0 && (step % every == 0 || step == 1)) {
        differ(step, "its line in metrics.jsonl", "none", "a loss of " + now.loss());
      }
      stopIfDifferent(training);
    }

    @Override
    public void onEpoch(Training training, EpochReport now) {
      EpochReport then = epochs.get(now.epoch());
      long step = now.step();
      String epoch = " of epoch " + now.epoch();
      if (then == null) {
        differ(step, "the line%s in metrics.jsonl".formatted(epoch), "none", now.toString());
      } else {
        differ(step, "the training loss" + epoch, then.trainLoss(), now.trainLoss());
        differ(step, "the training accuracy" + epoch, then.trainAccuracy(), now.trainAccuracy());
        differ(step, "the validation figures" + epoch, then.validation(), now.validation());
        differ(step, "the test figures" + epoch, then.test(), now.test());
      }
      String hash = hashes.getOrDefault(now.epoch(), "");
      if (!hash.isEmpty()) {
        differ(
            step,
            "the weights after epoch " + now.epoch(),
            hash,
            WeightsHash.of(training.snapshot()));
      }
      model = Optional.of(training.network().weights());
      boolean isBest =
          RunMetrics.best(epochs.values().stream().toList())
              .filter(one -> one.epoch() == now.epoch())
              .isPresent();
      best = isBest ? model : best;
      stopIfDifferent(training);
    }

    private void stopIfDifferent(Training training) {
      if (first != null) {
        training.stop();
      }
    }
  }

  /** Compares the files of the end. */
  private void ends(Checkpoint again) throws IOException {
    long step = again.position().step();
    weights(step, RunFolder.CHECKPOINT, end.weights(), again.weights());
    if (end.average().isPresent() && again.average().isPresent()) {
      weights(
          step,
          "the average in checkpoint.safetensors",
          end.average().get(),
          again.average().get());
    }
    again
        .slots()
        .forEach(
            (name, now) ->
                values(step, name, RunFolder.CHECKPOINT, end.slots().getOrDefault(name, now), now));
    if (model.isPresent()) {
      weights(step, RunFolder.MODEL, stored(RunFolder.MODEL), model.get());
    }
    if (best.isPresent()) {
      weights(step, RunFolder.BEST, stored(RunFolder.BEST), best.get());
    }
  }

  private Weights stored(String name) throws IOException {
    if (!folder.has(name)) {
      throw new FormatException("verify: %s has no %s; restore it".formatted(folder.path(), name));
    }
    return Models.load(folder.file(name)).weights();
  }

  private void weights(long step, String file, Weights recorded, Weights again) {
    for (String name : again.names()) {
      values(step, name, file, recorded.shared(name), again.shared(name));
    }
  }

  private void values(long step, String name, String file, float[] then, float[] now) {
    for (int i = 0; i < now.length && first == null; i++) {
      if (Float.floatToRawIntBits(then[i]) != Float.floatToRawIntBits(now[i])) {
        String what = "%s[%d] in %s".formatted(name, i, file);
        differ(step, what, Float.toString(then[i]), Float.toString(now[i]));
      }
    }
  }
}
