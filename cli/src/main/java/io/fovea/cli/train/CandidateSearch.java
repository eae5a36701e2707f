package io.fovea.cli.train;

import io.fovea.cli.run.RunFolder;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.ProgressLines;
import io.fovea.cli.screen.Screen;
import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.train.EpochReport;
import io.fovea.train.Folds;
import io.fovea.train.History;
import io.fovea.train.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tries several methods on the same photos, chooses the one with the best validation accuracy, and
 * trains it on all training photos. Few photos validate by cross-validation, many by a single
 * holdout, as do those of a lone candidate. A candidate that is far behind after some folds is
 * dropped, and one that would take too long is trained for fewer epochs or left out; the screen
 * reports each decision.
 */
final class CandidateSearch {
  /** The most photos for a cross-validation. */
  private static final int FEW = 400;

  private static final int PARTS = 4;

  /** The time of another fold and the training on all photos, in times of one fold. */
  private static final double AHEAD = 2.4;

  /** The lead in standard errors at which a candidate is clearly better. */
  private static final double CLEAR = 2;

  /** The distance behind the best candidate on the same photos at which one is dropped. */
  private static final double FAR_BEHIND = 0.1;

  private final Screen screen;
  private final TrainJob job;
  private final Candidates candidates;
  private final Folds folds;
  private final long begin = System.nanoTime();

  /**
   * The result of a candidate.
   *
   * @param scores one for each validation fold
   * @param dropped whether it cannot be chosen
   * @param note the reason for missing folds; else empty
   */
  private record Outcome(
      String name, List<EpochReport.Score> scores, double seconds, boolean dropped, String note) {
    double accuracy(int parts) {
      return scores.stream()
          .limit(parts)
          .mapToDouble(EpochReport.Score::accuracy)
          .average()
          .orElse(0);
    }

    double accuracy() {
      return accuracy(scores.size());
    }

    double loss() {
      return scores.stream().mapToDouble(EpochReport.Score::loss).average().orElse(0);
    }

    /** The folds that both were validated on. */
    int common(Outcome other) {
      return Math.min(scores.size(), other.scores.size());
    }
  }

  CandidateSearch(Screen screen, TrainJob job, int threads) {
    this.screen = screen;
    this.job = job;
    this.candidates = new Candidates(job, threads);
    Dataset train = job.parts().train();
    int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
    Folds all = Folds.of(labels, Math.clamp(train.size(), 2, PARTS), job.settings().seed());
    List<String> kinds = job.settings().transfer().candidates();
    boolean isAlone = kinds.size() == 1 && !kinds.contains(TransferSettings.FROZEN);
    this.folds = isAlone || train.size() > FEW ? all.single() : all;
  }

  /** Searches, and reports the chosen model to listeners as a run of one epoch. */
  History run(List<Listener> listeners) {
    TransferSettings transfer = job.settings().transfer();
    screen.say(
        "candidates: %s, validated by %s, for about %s minutes"
            .formatted(
                String.join(", ", transfer.candidates()),
                folds.count() > 1
                    ? "%d-fold cross-validation".formatted(folds.count())
                    : "%,d photos held out".formatted(folds.part(0).length),
                String.format(Locale.ROOT, "%.3g", transfer.minutes())));
    Map<Candidates.Way, Outcome> outcomes = new LinkedHashMap<>();
    for (Candidates.Way way : candidates.ways(transfer.candidates())) {
      Outcome outcome = tried(way, outcomes);
      outcomes.put(way, outcome);
      screen.say("  " + line(outcome));
    }
    Candidates.Way chosen = best(outcomes);
    Outcome won = Objects.requireNonNull(outcomes.get(chosen));
    screen.say(
        "chosen: %s; training on all %,d photos".formatted(won.name, job.parts().train().size()));
    Network network = chosen.make();
    keep(outcomes, won);
    EpochReport.Score score = new EpochReport.Score(won.loss(), won.accuracy());
    return new HeadTraining(network, job).finish(score, Optional.of(score), seconds(), listeners);
  }

  private double seconds() {
    return (System.nanoTime() - begin) * 1e-9;
  }

  private Outcome tried(Candidates.Way way, Map<Candidates.Way, Outcome> others) {
    double from = seconds();
    double limit = 60 * job.settings().transfer().minutes();
    List<EpochReport.Score> scores = new ArrayList<>();
    Optional<String> refusal = way.fit(folds, limit - from);
    if (refusal.isPresent()) {
      return new Outcome(way.name(), scores, seconds() - from, true, refusal.get());
    }
    Outcome leader = others.isEmpty() ? null : others.get(best(others));
    double begun = seconds();
    while (scores.size() < folds.count()) {
      int fold = scores.size();
      scores.add(way.judge(folds.rest(fold), folds.part(fold)));
      if (way.isTrained() && scores.size() < folds.count()) {
        Outcome now = new Outcome(way.name(), scores, seconds() - from, false, "");
        double part = (seconds() - begun) / scores.size();
        Optional<Outcome> end = end(now, leader, limit - seconds() < AHEAD * part);
        if (end.isPresent()) {
          return end.get();
        }
      }
    }
    return new Outcome(way.name(), scores, seconds() - from, false, "");
  }

  /** The result of a trained network if no further folds are needed. */
  private Optional<Outcome> end(Outcome now, @Nullable Outcome leader, boolean isLate) {
    String parts = now.scores.size() == 1 ? "1 fold" : now.scores.size() + " folds";
    String note = "";
    boolean dropped = false;
    if (leader != null) {
      int common = now.common(leader);
      double ahead = now.accuracy(common) - leader.accuracy(common);
      dropped = ahead < -FAR_BEHIND || (ahead <= 0 && common > 1);
      note = dropped ? "dropped" : ahead > CLEAR * error(now, leader) ? "clearly better" : "";
    }
    if (note.isEmpty() && isLate) {
      note = "time is up";
    }
    return note.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Outcome(now.name, now.scores, now.seconds, dropped, note + " after " + parts));
  }

  /** The standard error of a difference of accuracies. */
  private double error(Outcome one, Outcome other) {
    int parts = one.common(other);
    int judged = 0;
    for (int part = 0; part < parts; part++) {
      judged += folds.part(part).length;
    }
    double p = one.accuracy(parts);
    double q = other.accuracy(parts);
    return Math.sqrt((p * (1 - p) + q * (1 - q)) / judged);
  }

  /**
   * Chooses the frozen features with the lowest loss, which has less noise than the accuracy on few
   * photos; the most accurate trained network replaces them if it is better on the same photos by
   * more than half of the difference's standard error.
   */
  private Candidates.Way best(Map<Candidates.Way, Outcome> outcomes) {
    Candidates.Way frozen = best(outcomes, false, Comparator.comparingDouble(Outcome::loss));
    Candidates.Way trained =
        best(outcomes, true, Comparator.comparingDouble((Outcome outcome) -> -outcome.accuracy()));
    if (frozen == null && trained == null) {
      throw new Failure(
          "candidates: none fits the time limit; give a longer --time-limit, or frozen among --candidates");
    }
    if (frozen == null || trained == null) {
      return frozen == null ? Objects.requireNonNull(trained) : frozen;
    }
    Outcome own = Objects.requireNonNull(outcomes.get(trained));
    Outcome other = Objects.requireNonNull(outcomes.get(frozen));
    int parts = own.common(other);
    double ahead = own.accuracy(parts) - other.accuracy(parts);
    return ahead > error(own, other) / 2 ? trained : frozen;
  }

  /** The first completed candidate; empty if there is none. */
  private static Candidates.@Nullable Way best(
      Map<Candidates.Way, Outcome> outcomes, boolean trained, Comparator<Outcome> order) {
    return outcomes.entrySet().stream()
        .filter(entry -> entry.getKey().isTrained() == trained && !entry.getValue().dropped)
        .min(Map.Entry.comparingByValue(order))
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static String line(Outcome outcome) {
    return outcome.scores.isEmpty()
        ? "%s: %s".formatted(outcome.name, outcome.note)
        : String.format(
            Locale.ROOT,
            "%s: accuracy %.1f %%, loss %.3f, %s%s",
            outcome.name,
            100 * outcome.accuracy(),
            outcome.loss(),
            ProgressLines.clock(outcome.seconds),
            outcome.note.isEmpty() ? "" : " (" + outcome.note + ")");
  }

  /** candidates.json in the run's folder. */
  private void keep(Map<Candidates.Way, Outcome> outcomes, Outcome won) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Outcome outcome : outcomes.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", outcome.name);
      if (!outcome.scores.isEmpty()) {
        one.put("accuracy", outcome.accuracy());
        one.put("loss", outcome.loss());
      }
      one.put("seconds", Math.round(outcome.seconds * 10) / 10.0);
      one.put("note", outcome.note);
      one.put("chosen", outcome.equals(won));
      all.add(one);
    }
    try {
      job.folder().write(RunFolder.CANDIDATES, Json.pretty(Map.of("candidates", all)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
