package io.fovea.cli.train.record;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.run.Sha256;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.run.RunMetrics;
import io.fovea.train.EpochReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One run of a sweep: an ordinary run folder, named after its varied flags.
 *
 * @param folder its folder
 * @param chosen the varied flags, with this run's values
 */
public record SweepRun(Path folder, Map<String, String> chosen) {
  private static final int LONGEST_NAME = 120;
  private static final int DIGITS = 12;

  /** The progress of a run. */
  public enum State {
    /** There is no checkpoint. */
    NEW,
    /** There is a checkpoint. */
    INTERRUPTED,
    /** It is finished and has a report. */
    DONE
  }

  /**
   * The run with these flags in the folder of a sweep. A name that does not have its values to the
   * letter has digits of their SHA-256.
   */
  public static SweepRun in(Path sweep, Map<String, String> chosen) {
    String exact =
        chosen.entrySet().stream()
            .map(flag -> flag.getKey() + "=" + flag.getValue())
            .collect(Collectors.joining(","));
    String name = exact.replaceAll("[^A-Za-z0-9._=,+-]+", "-");
    if (name.length() > LONGEST_NAME) {
      name = name.substring(0, LONGEST_NAME);
    }
    if (!name.equals(exact)) {
      name += "-" + Sha256.of(exact.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    }
    return new SweepRun(sweep.resolve(name), chosen);
  }

  /** Refuses two runs with one folder. */
  public static void requireOwnFolders(List<SweepRun> runs) {
    Map<Path, SweepRun> known = new HashMap<>();
    for (SweepRun run : runs) {
      SweepRun other = known.put(run.folder, run);
      if (other != null) {
        throw new Failure(
            "sweep: expects a folder for each run, got %s for both %s and %s; sweep one of them with another --out"
                .formatted(run.folder, other.text(), run.text()));
      }
    }
  }

  /** The flags in words, such as "lr 0.1, batch 64". */
  public String text() {
    return chosen.entrySet().stream()
        .map(flag -> flag.getKey() + " " + flag.getValue())
        .collect(Collectors.joining(", "));
  }

  public State state() {
    if (Files.exists(folder.resolve(RunFolder.REPORT))) {
      return State.DONE;
    }
    return Files.exists(folder.resolve(RunFolder.CHECKPOINT)) ? State.INTERRUPTED : State.NEW;
  }

  /**
   * Checks that the run in the folder was made with the present flags.
   *
   * @param data the requested data set
   * @param expected all flags of the run
   */
  public void requireSame(String data, Map<String, String> expected) throws IOException {
    Optional<RunConfig> config = RunFolders.configuration(folder);
    if (config.isEmpty()) {
      if (Files.exists(folder)) {
        throw new Failure(
            "sweep: %s exists and is not a run; remove it, or give another --out"
                .formatted(folder));
      }
      return;
    }
    require("DATA", config.get().data(), data);
    for (Map.Entry<String, String> flag : expected.entrySet()) {
      boolean resolved =
          List.of("normalize", "pretrained").contains(flag.getKey())
              && flag.getValue().equals(Settings.AUTO);
      String before = config.get().flags().get(flag.getKey());
      if (!resolved && before != null) {
        require("--" + flag.getKey(), before, flag.getValue());
      }
    }
  }

  /**
   * Refuses runs of different images: which of them is the best would say nothing. Those whose
   * varied flags choose the images may differ.
   */
  public static void requireSameImages(List<SweepRun> runs) throws IOException {
    Map<Map<String, String>, SweepRun> known = new HashMap<>();
    for (SweepRun run : runs) {
      String images = run.images();
      if (!images.isEmpty()) {
        Map<String, String> choice = new HashMap<>(run.chosen);
        choice.keySet().retainAll(TrainFlags.CHOOSE_IMAGES);
        SweepRun other = known.putIfAbsent(choice, run);
        if (other != null && !other.images().equals(images)) {
          throw new Failure(
              "sweep: expects runs with the same images, got %s with %s, and %s with %s; restore the images and remove the other run, or give another --out"
                  .formatted(other.folder, other.images(), run.folder, images));
        }
      }
    }
  }

  /** The fingerprint of its training images; empty before its first epoch is done. */
  private String images() throws IOException {
    return state() == State.NEW
        ? ""
        : RunFolders.configuration(folder)
            .map(config -> config.audit().getOrDefault("data", ""))
            .orElse("");
  }

  private void require(String flag, String before, String now) {
    if (!before.equals(now)) {
      throw new Failure(
          "sweep: %s was made with %s \"%s\", got \"%s\"; give the same flags, or another --out"
              .formatted(folder, flag, before, now));
    }
  }

  /** The epoch of the run's best model; empty before the first one is done. */
  public Optional<EpochReport> best() throws IOException {
    return RunMetrics.best(epochs());
  }

  /** The duration of its epochs. */
  public double seconds() throws IOException {
    return epochs().stream().mapToDouble(EpochReport::seconds).sum();
  }

  private List<EpochReport> epochs() throws IOException {
    return new RunFolder(folder).metrics().epochs();
  }
}
