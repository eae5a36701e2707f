package io.fovea.replay;

import io.fovea.dataset.Dataset;
import io.fovea.format.Checkpoints;
import io.fovea.format.json.JsonValue;
import io.fovea.network.Network;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.run.RunMetrics;
import io.fovea.train.BestEpoch;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import io.fovea.train.step.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Trains a run again and compares: the images, the settings, every line of metrics, the kept
 * checkpoints, the models of the best and the last epoch and the checkpoint. The best epoch is that
 * of the repetition. What a {@link Comparison} leaves out are times.
 */
public final class RunAudit {
  /**
   * What an audit found.
   *
   * @param from the step behind which it began
   * @param until the last step that was trained again
   * @param recorded the steps of the run
   * @param missing what the run does not record, and model files that no step of it writes: these
   *     were not compared
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

  /** A line of metrics; each may be there once. */
  private record Line(long step, boolean isEpoch) {
    static @Nullable Line of(String text) {
      if (!(Comparison.json(text) instanceof JsonValue.Members line)
          || text.length() > RunMetrics.LONGEST_LINE) {
        return null;
      }
      long step =
          line.values().get("step") instanceof JsonValue.Numeral number
              ? number.whole().orElse(-1)
              : -1;
      return new Line(step, RunMetrics.isEpoch(text));
    }

    @Override
    public String toString() {
      return (isEpoch ? "the line of the epoch that ends with step " : "the line of step ") + step;
    }
  }

  private final RunFolder folder;
  private final RunConfig config;
  private final Comparison comparison;
  private final Map<Line, String> lines = new LinkedHashMap<>(); // those not yet compared
  private final Checkpoint end;
  private final long start;
  private final int parents; // epochs of a fork's parent
  private final int every;
  private final List<EpochReport> epochs = new ArrayList<>();
  private long begun;
  private long steps; // that the settings ask for
  private boolean knowsStart;
  private @Nullable Network network;
  private @Nullable Network model;
  private @Nullable Network best;

  private RunAudit(RunFolder folder, Replay replay) throws IOException {
    this.folder = folder;
    this.start = replay.start();
    this.parents = replay.parentEpochs();
    this.config = RunConfig.read(folder.file(RunFolder.CONFIG));
    this.comparison = new Comparison(folder, parents);
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
    RunAudit audit = new RunAudit(new RunFolder(run.toRealPath()), replay);
    audit.end.requireBits("verify");
    String seed = audit.config.flag("seed");
    audit.comparison.differ(0, "the seed", Long.toString(audit.end.seed()), seed);
    images(run, train).ifPresent(audit.comparison::found);
    audit.readLines();
    long last = audit.end.position().step();
    long reached = 0;
    if (audit.comparison.first().isEmpty()) {
      Watcher watcher = audit.new Watcher();
      try {
        boolean isWhole = until >= last && audit.hasEnded(); // repeats early stopping, too
        Checkpoint again =
            replay.follow(from, isWhole ? Long.MAX_VALUE : Math.min(until, last), watcher);
        reached = again.position().step();
        audit.comparison.differ(reached, "the last step", Math.min(until, last), reached);
        audit.ends(again, until >= last);
      } catch (UncheckedIOException unreadable) {
        throw unreadable.getCause();
      }
    }
    List<String> missing = new ArrayList<>(audit.unknown(run, train));
    if (reached == last && reached < audit.steps && !audit.hasEnded()) {
      missing.add(
          "the steps after %,d of %,d, since the run has not ended".formatted(last, audit.steps));
    }
    if (reached == last) {
      missing.addAll(audit.comparison.others());
    }
    return new Result(audit.begun, reached, last, missing, audit.comparison.first());
  }

  private boolean hasEnded() {
    return folder.has(RunFolder.REPORT);
  }

  private void readLines() throws IOException {
    if (!folder.has(RunFolder.METRICS)) {
      return;
    }
    byte[] all = Files.readAllBytes(folder.file(RunFolder.METRICS));
    long latest = 0;
    for (String text : new String(all, StandardCharsets.UTF_8).split("\n", -1)) {
      Line line = Line.of(text);
      if (line == null) {
        String what = "a line in metrics.jsonl that is no JSON object";
        comparison.differ(0, what, text.isBlank() ? null : new JsonValue.Text(text), null);
      } else if (lines.putIfAbsent(line, text) != null) {
        comparison.differ(0, line + " in metrics.jsonl", "two of it", "one");
      } else if (line.step() < latest) {
        comparison.differ(0, line + " in metrics.jsonl", "it behind step " + latest, "it before");
      }
      latest = line == null ? latest : line.step;
    }
  }

  private List<String> unknown(Path run, Dataset train) throws IOException {
    List<String> unknown = new ArrayList<>();
    if (!config.audit().containsKey("data")) {
      unknown.add("the images");
    }
    if (!config.audit().containsKey("kernels")) {
      unknown.add("the kernels in config.json");
    }
    if (!knowsStart && begun <= config.startStep()) {
      unknown.add("the weights at the start");
    }
    if (!ImageChecksums.isWhole(run, train)) {
      unknown.add(RunFolder.CHECKSUMS);
    }
    return unknown;
  }

  /** The first difference of a run's training images from these; empty if there is none. */
  public static Optional<Difference> images(Path run, Dataset train) throws IOException {
    RunConfig config = RunConfig.read(new RunFolder(run).file(RunFolder.CONFIG));
    String recorded = config.audit().getOrDefault("data", "");
    Fingerprint.requireComparable(recorded, train);
    String now = recorded.isEmpty() ? "" : Fingerprint.of(train);
    OptionalInt image = ImageChecksums.firstDifference(run, train);
    if (recorded.equals(now) && image.isEmpty()) {
      return Optional.empty();
    }
    String which =
        image.isEmpty() || image.getAsInt() >= train.size()
            ? ""
            : " (first: %s of class %s)"
                .formatted(
                    train.origin(image.getAsInt()),
                    train.classes().get(train.label(image.getAsInt())));
    String then = recorded.equals(now) ? "other checksums in images.crc32c" : recorded;
    return Optional.of(
        new Difference(0, "the training images" + which, then, Fingerprint.of(train)));
  }

  private final class Watcher implements Listener {
    @Override
    public void onStart(Training training) {
      network = training.network();
      Checkpoint now = training.checkpoint();
      begun = now.position().step();
      now.history().stream().filter(epoch -> epoch.epoch() > parents).forEach(epochs::add);
      String kernels = config.audit().getOrDefault("kernels", now.kernels());
      comparison.differ(0, "the kernels in config.json", kernels, now.kernels());
      comparison.differ(0, "the kernels", end.kernels(), now.kernels());
      comparison.differ(0, "the optimizer", end.optimizer(), now.optimizer());
      end.settings()
          .forEach(
              (name, value) ->
                  comparison.differ(0, name, value, now.settings().getOrDefault(name, "none")));
      steps = training.steps();
      boolean isEarly = !end.settings().getOrDefault("early stopping", "none").equals("none");
      if (hasEnded() && !isEarly) {
        comparison.differ(0, "the number of steps", end.position().step(), steps);
      }
      state(training, begun);
    }

    @Override
    public void onStep(Training training, StepReport now) {
      if (every > 0 && (now.step() % every == 0 || now.step() == 1)) {
        line(new Line(now.step(), false), RunMetrics.line(now));
      }
      if (now.stepInEpoch() < now.stepsInEpoch()) { // else onEpoch, behind the evaluation
        state(training, now.step());
      }
    }

    @Override
    public void onEpoch(Training training, EpochReport now) {
      line(new Line(now.step(), true), RunMetrics.line(now, WeightsHash.of(training.snapshot())));
      epochs.add(now);
      model = training.network().copy();
      best = BestEpoch.of(epochs).epoch() == now.epoch() ? model : best;
      state(training, now.step());
    }

    private void line(Line line, String again) {
      String recorded = lines.remove(line);
      if (recorded == null) {
        comparison.differ(line.step(), "its line in metrics.jsonl", null, again);
      } else {
        comparison.json(line.step(), "", " in metrics.jsonl", recorded, again);
      }
    }

    private void state(Training training, long step) {
      String hash = config.audit().getOrDefault("start", "");
      if (step == config.startStep() && !hash.isEmpty()) {
        knowsStart = true;
        String now = WeightsHash.of(training.snapshot());
        comparison.differ(step, "the weights at the start", hash, now);
      }
      Path kept = folder.kept(step);
      if (Files.isRegularFile(kept)) {
        try {
          comparison.file(step, kept, training.network(), training.checkpoint());
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }
      if (comparison.first().isPresent()) {
        training.stop();
      }
    }
  }

  private void ends(Checkpoint again, boolean isEnd) throws IOException {
    long step = again.position().step();
    for (Line line : lines.keySet()) {
      boolean isTrusted = begun > start && line.step() <= begun;
      if (!isTrusted && (isEnd || line.step() <= step)) {
        comparison.differ(step, line + " in metrics.jsonl", "one", null);
      }
    }
    if (isEnd) {
      Network own = Objects.requireNonNull(network, "a training begins before it ends");
      comparison.file(step, folder.file(RunFolder.CHECKPOINT), own, again);
      if (model != null) {
        comparison.file(step, folder.file(RunFolder.MODEL), model, null);
      }
      if (best != null) {
        comparison.file(step, folder.file(RunFolder.BEST), best, null);
      }
    }
  }
}
