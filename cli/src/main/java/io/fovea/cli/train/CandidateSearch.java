package io.fovea.cli.train;

import io.fovea.cli.run.RunFolder;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.Screen;
import io.fovea.dataset.Dataset;
import io.fovea.train.DivergedException;
import io.fovea.train.EpochReport;
import io.fovea.train.Folds;
import io.fovea.train.History;
import io.fovea.train.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tries several methods on the same photos, chooses the one with the best validation accuracy, and
 * trains it on all training photos. Few photos validate by cross-validation, many by a single
 * holdout, as do those of a lone candidate. A candidate that is far behind after some folds or that
 * diverges is dropped, and one that would take too long is trained for fewer epochs or left out;
 * the screen reports each decision.
 */
final class CandidateSearch {
  /** The most photos for a cross-validation. */
  private static final int FEW = 400;

  private static final int PARTS = 4;

  /** The time of another fold and the training on all photos, in times of one fold. */
  private static final double AHEAD = 2.4;

  private static final String DIVERGED = "diverged";

  private final Screen screen;
  private final TrainJob job;
  private final Candidates candidates;
  private final Folds folds;
  private final long begin = System.nanoTime();

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
    List<Candidates.Way> ways = candidates.ways(transfer.candidates());
    List<CandidateScores> all = new ArrayList<>();
    for (Candidates.Way way : ways) {
      CandidateScores scores = tried(way, CandidateScores.best(all));
      all.add(scores);
      screen.say("  " + scores.line());
    }
    Candidates.Trained trained = trained(ways, all);
    CandidateScores chosen = CandidateScores.best(all).orElseThrow();
    keep(all, chosen);
    EpochReport.Score held = new EpochReport.Score(chosen.loss(), chosen.accuracy());
    return new HeadTraining(trained.network(), job)
        .finish(trained.score(), Optional.of(held), seconds(), listeners);
  }

  /** The best candidate, trained on all photos; those that diverge there are dropped. */
  private Candidates.Trained trained(List<Candidates.Way> ways, List<CandidateScores> all) {
    CandidateScores chosen =
        CandidateScores.best(all)
            .orElseThrow(
                () ->
                    new Failure(
                        "candidates: none can be chosen; give a longer --time-limit, or frozen among --candidates"));
    int at = all.indexOf(chosen);
    screen.say(
        "chosen: %s; training on all %,d photos"
            .formatted(chosen.name(), job.parts().train().size()));
    try {
      return ways.get(at).make();
    } catch (DivergedException diverged) {
      all.set(at, chosen.dropped(DIVERGED));
      screen.say("  " + all.get(at).line());
      return trained(ways, all);
    }
  }

  private double seconds() {
    return (System.nanoTime() - begin) * 1e-9;
  }

  /** The scores of a candidate, compared with the best one so far. */
  private CandidateScores tried(Candidates.Way way, Optional<CandidateScores> leader) {
    double from = seconds();
    double limit = 60 * job.settings().transfer().minutes();
    CandidateScores scores = CandidateScores.none(way.isTrained());
    try {
      Optional<String> end = way.fit(folds, limit - from);
      if (end.isPresent()) {
        return scores.named(way.name(), seconds() - from).dropped(end.get());
      }
      double begun = seconds();
      while (scores.parts() < folds.count()) {
        int[] held = folds.part(scores.parts());
        scores = scores.plus(way.judge(folds.rest(scores.parts()), held), held.length);
        if (way.isTrained() && scores.parts() < folds.count()) {
          double part = (seconds() - begun) / scores.parts();
          scores = scores.ended(leader, limit - seconds() < AHEAD * part);
          if (!scores.note().isEmpty()) {
            break;
          }
        }
      }
    } catch (DivergedException diverged) {
      scores = scores.dropped(DIVERGED);
    }
    return scores.named(way.name(), seconds() - from);
  }

  /** candidates.json in the run's folder. */
  private void keep(List<CandidateScores> all, CandidateScores chosen) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (CandidateScores scores : all) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("name", scores.name());
      if (scores.parts() > 0) {
        line.put("accuracy", scores.accuracy());
        line.put("loss", scores.loss());
      }
      line.put("seconds", Math.round(scores.seconds() * 10) / 10.0);
      line.put("note", scores.note());
      line.put("chosen", scores.equals(chosen));
      lines.add(line);
    }
    try {
      job.folder().write(RunFolder.CANDIDATES, Json.pretty(Map.of("candidates", lines)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
