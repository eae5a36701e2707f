package io.fovea.transfer;

import io.fovea.dataset.Dataset;
import io.fovea.train.DivergedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tries several methods on the same photos, chooses the one with the best validation accuracy, and
 * trains it on all training photos. Few photos validate by cross-validation, many by a single
 * holdout, as do those of a lone candidate. A candidate that is far behind after some folds or that
 * diverges is dropped, and one that would take too long is trained for fewer epochs or left out;
 * the listener is told of each decision.
 */
final class CandidateSearch {
  /** The most photos for a cross-validation. */
  private static final int FEW = 400;

  private static final int PARTS = 4;

  /** The time of another fold and the training on all photos, in times of one fold. */
  private static final double AHEAD = 2.4;

  private static final String DIVERGED = "diverged";

  private final Transfer settings;
  private final Dataset train;
  private final Candidates candidates;
  private final Folds folds;
  private final long begin = System.nanoTime();

  CandidateSearch(Transfer settings, Dataset train) {
    this.settings = settings;
    this.train = train;
    this.candidates = new Candidates(settings, train);
    int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
    Folds all = Folds.of(labels, Math.clamp(train.size(), 2, PARTS), settings.seed);
    List<CandidateKind> kinds = settings.candidates;
    boolean isAlone = kinds.size() == 1 && !kinds.contains(CandidateKind.FROZEN);
    this.folds = isAlone || train.size() > FEW ? all.single() : all;
  }

  Transfer.Result run() {
    settings.listener.onStart(
        new TransferListener.Search(
            settings.candidates, folds.count(), folds.part(0).length, settings.timeLimit));
    List<Candidates.CandidateMethod> methods = candidates.methods(settings.candidates);
    List<CandidateScores> all = new ArrayList<>();
    for (Candidates.CandidateMethod method : methods) {
      CandidateScores scores = tried(method, CandidateScores.best(all));
      all.add(scores);
      settings.listener.onCandidate(scores.candidate(false));
    }
    Candidates.Trained trained = trained(methods, all);
    CandidateScores chosen = CandidateScores.best(all).orElseThrow();
    return new Transfer.Result(
        trained.network(),
        all.stream().map(scores -> scores.candidate(scores.equals(chosen))).toList(),
        trained.score(),
        seconds());
  }

  /** The best candidate, trained on all photos; those that diverge there are dropped. */
  private Candidates.Trained trained(
      List<Candidates.CandidateMethod> methods, List<CandidateScores> all) {
    CandidateScores chosen = CandidateScores.best(all).orElseThrow(NoCandidateException::new);
    int at = all.indexOf(chosen);
    settings.listener.onChoice(chosen.candidate(true), train.size());
    try {
      return methods.get(at).make();
    } catch (DivergedException diverged) {
      all.set(at, chosen.dropped(DIVERGED));
      settings.listener.onCandidate(all.get(at).candidate(false));
      return trained(methods, all);
    }
  }

  private double seconds() {
    return (System.nanoTime() - begin) * 1e-9;
  }

  /** The scores of a candidate, compared with the best one so far. */
  private CandidateScores tried(
      Candidates.CandidateMethod method, Optional<CandidateScores> leader) {
    double from = seconds();
    double limit = Transfer.seconds(settings.timeLimit);
    CandidateScores scores = CandidateScores.none(method.kind());
    try {
      Optional<String> end = method.fit(folds, limit - from);
      if (end.isPresent()) {
        return scores.named(method.name(), seconds() - from).dropped(end.get());
      }
      double begun = seconds();
      while (scores.parts() < folds.count()) {
        int[] held = folds.part(scores.parts());
        scores = scores.plus(method.judge(folds.rest(scores.parts()), held), held.length);
        if (method.isTrained() && scores.parts() < folds.count()) {
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
    return scores.named(method.name(), seconds() - from);
  }
}
