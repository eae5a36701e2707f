package io.fovea.cli.command;

import io.fovea.cli.report.NumberFormats;
import io.fovea.cli.screen.Csv;
import io.fovea.cli.train.record.SweepRun;
import io.fovea.file.AtomicFile;
import io.fovea.file.Table;
import io.fovea.train.EpochReport;
import io.fovea.train.EpochReport.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The results of the runs of a sweep.
 *
 * @param folder the sweep's
 * @param names the flags that it varies
 * @param runs in the sweep's order
 */
record SweepResults(Path folder, List<String> names, List<Reached> runs) {
  private static final List<String> FIGURES =
      List.of(
          "bestEpoch trainLoss validationLoss validationAccuracy testLoss testAccuracy seconds"
              .split(" ", -1));

  /** A run, and the epoch of its best model if it is done. */
  record Reached(SweepRun run, SweepRun.State state, Optional<EpochReport> best, double seconds) {
    static Reached of(SweepRun run) throws IOException {
      SweepRun.State state = run.state();
      boolean done = state == SweepRun.State.DONE;
      return new Reached(run, state, done ? run.best() : Optional.empty(), run.seconds());
    }

    double accuracy() {
      return best.flatMap(EpochReport::validation).map(EpochReport.Score::accuracy).orElse(-1.0);
    }

    double loss() {
      return best.flatMap(EpochReport::validation)
          .map(EpochReport.Score::loss)
          .orElse(Double.POSITIVE_INFINITY);
    }

    private String stateName() {
      return state.toString().toLowerCase(Locale.ROOT);
    }

    private List<String> chosen(List<String> names) {
      return names.stream().map(name -> String.valueOf(run.chosen().get(name))).toList();
    }
  }

  static SweepResults of(Path folder, Collection<String> names, List<SweepRun> runs)
      throws IOException {
    List<Reached> all = new ArrayList<>();
    for (SweepRun run : runs) {
      all.add(Reached.of(run));
    }
    return new SweepResults(folder, List.copyOf(names), List.copyOf(all));
  }

  /** Orders the best run first: by validation accuracy, then by validation loss. */
  private List<Reached> ranked() {
    return runs.stream()
        .sorted(
            Comparator.comparingDouble(Reached::accuracy)
                .reversed()
                .thenComparingDouble(Reached::loss))
        .toList();
  }

  boolean isAnyDone() {
    return runs.stream().anyMatch(one -> one.best().isPresent());
  }

  long failed() {
    return runs.stream().filter(one -> one.best().isEmpty()).count();
  }

  /** The best run, in words. */
  String best() {
    Reached best = ranked().getFirst();
    return "%s, validation %s %s"
        .formatted(
            best.run().folder(),
            best.best().flatMap(EpochReport::validation).map(Score::figure).orElse("accuracy"),
            NumberFormats.plainPercent(best.accuracy()));
  }

  /** The table as CSV. */
  Path file() {
    return folder.resolve("sweep.csv");
  }

  void write() throws IOException {
    List<String> head = new ArrayList<>(List.of("run", "state"));
    head.addAll(names);
    head.addAll(FIGURES);
    StringBuilder text = new StringBuilder(Csv.line(head));
    for (Reached one : runs) {
      List<String> row = new ArrayList<>();
      row.add(one.run().folder().toString());
      row.add(one.stateName());
      row.addAll(one.chosen(names));
      row.add(one.best().map(epoch -> Integer.toString(epoch.epoch())).orElse(""));
      row.add(one.best().map(epoch -> Double.toString(epoch.trainLoss())).orElse(""));
      addScore(row, one.best().flatMap(EpochReport::validation));
      addScore(row, one.best().flatMap(EpochReport::test));
      row.add(String.format(Locale.ROOT, "%.1f", one.seconds()));
      text.append(Csv.line(row));
    }
    AtomicFile.write(file(), text.toString());
  }

  private static void addScore(List<String> row, Optional<EpochReport.Score> score) {
    row.add(score.map(s -> Double.toString(s.loss())).orElse(""));
    row.add(score.map(s -> Double.toString(s.accuracy())).orElse(""));
  }

  /** The table for the screen, the best run first. */
  Table table() {
    List<String> head = new ArrayList<>(names);
    head.addAll(List.of("best epoch", "validation loss", "validation", "test"));
    Table table = new Table(names.size(), head.toArray(String[]::new));
    for (Reached one : ranked()) {
      boolean done = one.best().isPresent();
      List<String> row = new ArrayList<>(one.chosen(names));
      row.add(one.best().map(epoch -> Integer.toString(epoch.epoch())).orElse("failed"));
      row.add(done ? String.format(Locale.ROOT, "%.4f", one.loss()) : "");
      row.add(done ? NumberFormats.plainPercent(one.accuracy()) : "");
      row.add(
          one.best()
              .flatMap(EpochReport::test)
              .map(score -> NumberFormats.plainPercent(score.accuracy()))
              .orElse(""));
      table.row(row.toArray(String[]::new));
    }
    return table;
  }

  private static void put(Map<String, Object> facts, String of, Score score) {
    facts.put(of + (score.isMeanAp() ? "MeanAP" : "Accuracy"), score.accuracy());
  }

  /** The results as JSON, the best run first. */
  Map<String, Object> json() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Reached one : ranked()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("run", one.run().folder().toString());
      facts.put("state", one.stateName());
      facts.put("flags", one.run().chosen());
      one.best()
          .ifPresent(
              epoch -> {
                facts.put("bestEpoch", epoch.epoch());
                facts.put("validationLoss", one.loss());
                epoch.validation().ifPresent(score -> put(facts, "validation", score));
                epoch.test().ifPresent(score -> put(facts, "test", score));
              });
      all.add(facts);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("folder", folder.toString());
    result.put("best", ranked().getFirst().run().folder().toString());
    result.put("runs", all);
    return result;
  }
}
