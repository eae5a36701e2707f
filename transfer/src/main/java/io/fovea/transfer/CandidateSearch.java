package io.fovea.transfer;

import io.fovea.data.base.GroupedParts;
import io.fovea.dataset.Dataset;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.train.CachedFeatures;
import io.fovea.train.DivergedException;
import io.fovea.transfer.head.Folds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tries several methods on the same photos, chooses the best one ({@link CandidateScores#best}),
 * and trains it on all training photos. Few photos validate by cross-validation, many by a single
 * holdout, as do those of a lone candidate. What the time allows is planned from a measured rate
 * before the first trial; the clock decides nothing afterwards, unless a search takes half as long
 * again. A candidate that is far behind after some folds or that diverges is dropped. The listener
 * is told of each decision.
 */
final class CandidateSearch {
  /** The most photos for a cross-validation. */
  private static final int FEW = 400;

  private static final int PARTS = 4;

  /** The number of views below which frozen features take seconds, and are not measured. */
  private static final long FEW_VIEWS = 1_000;

  /** The photos that measure the time of features. */
  private static final int MEASURED = 64;

  /** The share of the time that frozen features may take. */
  private static final double SHARE = 0.5;

  /** A search that takes so many time limits ends with the folds that it has. */
  private static final double LATE = 1.5;

  /** The time of another fold and the training on all photos, in times of one fold. */
  private static final double AHEAD = 2.4;

  private static final String DIVERGED = "diverged";

  private final Transfer settings;
  private final Dataset train;
  private final Folds folds;
  private final double limit;
  private final List<CandidateMethod> methods = new ArrayList<>();
  private int trainedFolds;
  private final long begin = System.nanoTime();

  CandidateSearch(Transfer settings, Dataset train) {
    this.settings = settings;
    this.train = train;
    this.limit = Transfer.seconds(settings.timeLimit);
    int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
    Folds all = Folds.of(labels, GroupedParts.numbers(train), PARTS, settings.seed);
    List<CandidateKind> kinds = settings.candidates;
    boolean isAlone = kinds.size() == 1 && !kinds.contains(CandidateKind.FROZEN);
    this.folds = isAlone || train.size() > FEW ? all.single() : all;
  }

  Transfer.Result run() {
    settings.listener.onStart(
        new TransferListener.Search(
            settings.candidates, folds.count(), folds.part(0).length, settings.timeLimit));
    List<CandidateScores> all = new ArrayList<>();
    planned(all);
    for (int at = 0; at < methods.size(); at++) {
      if (!all.get(at).dropped()) {
        all.set(at, tried(methods.get(at), all.get(at), CandidateScores.best(all.subList(0, at))));
      }
      settings.listener.onCandidate(all.get(at).candidate(false));
    }
    CandidateMethod.Trained trained = trained(all);
    CandidateScores chosen = CandidateScores.best(all).orElseThrow();
    HeldOut judged = chosen.heldOut();
    CachedFeatures features = methods.get(all.indexOf(chosen)).features(trained.network());
    String node = AveragedHeads.sign(trained.network().graph());
    Network network = judged.calibrated(trained.network(), node, features, settings.coverage);
    settings.listener.onAnswers(
        judged, settings.coverage, network.answers().map(AnswerRule.OneLabel.class::cast));
    return new Transfer.Result(
        network,
        all.stream()
            .map(scores -> scores.besides(chosen).candidate(scores.equals(chosen)))
            .toList(),
        judged,
        trained.score(),
        seconds());
  }

  /** Adds the methods, each with the epochs and views that fit into the time, or dropped. */
  private void planned(List<CandidateScores> all) {
    Network start = settings.backbone.classifier(train.classes());
    List<Double> weights = settings.classWeights(train);
    double left = limit;
    if (settings.candidates.contains(CandidateKind.FROZEN)) {
      AveragedHeads heads = new AveragedHeads(settings, start, train, weights);
      left -= viewsFitted(heads);
      methods.add(heads);
      all.add(CandidateScores.none(heads.name(), heads.kind()));
    }
    List<SearchPlan.Rate> rates = new ArrayList<>();
    for (CandidateKind kind : List.of(CandidateKind.TUNED, CandidateKind.SCRATCH)) {
      if (settings.candidates.contains(kind)) {
        TrainedLayers method = new TrainedLayers(kind, settings, start, train, weights);
        methods.add(method);
        settings.listener.onMeasure(method.name());
        rates.add(new SearchPlan.Rate(kind, method.secondsPerPhoto()));
      }
    }
    SearchPlan.Work work =
        new SearchPlan.Work(train.size(), folds.rest(0).length, folds.count(), settings.epochs);
    SearchPlan plan = SearchPlan.of(rates, work, left);
    trainedFolds = plan.folds();
    for (SearchPlan.Rate rate : rates) {
      TrainedLayers method = (TrainedLayers) methods.get(all.size());
      method.epochs(plan.epochs());
      CandidateScores none = CandidateScores.none(method.name(), method.kind());
      all.add(plan.tried().contains(rate) ? none : none.dropped(plan.reason(rate, work)));
    }
  }

  /**
   * Gives the heads all views of the settings, or half of them as often as needed.
   *
   * @return about how many seconds they will take; 0 for few photos
   */
  private double viewsFitted(AveragedHeads heads) {
    int views = settings.views;
    if ((long) train.size() * views < FEW_VIEWS) {
      return 0;
    }
    Dataset few = train.first(MEASURED);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 2; i++) {
      double from = seconds();
      heads.measure(few);
      least = Math.min(least, (seconds() - from) / few.size());
    }
    while (views > 1 && least * train.size() * views > SHARE * limit) {
      views /= 2;
    }
    heads.views(views);
    return least * train.size() * views;
  }

  /** The best candidate, trained on all photos; those that diverge there are dropped. */
  private CandidateMethod.Trained trained(List<CandidateScores> all) {
    CandidateScores chosen = CandidateScores.best(all).orElseThrow(NoCandidateException::new);
    int at = all.indexOf(chosen);
    settings.listener.onChoice(chosen.candidate(true), train.size());
    try {
      return methods.get(at).make();
    } catch (DivergedException diverged) {
      all.set(at, chosen.dropped(DIVERGED));
      settings.listener.onCandidate(all.get(at).candidate(false));
      return trained(all);
    }
  }

  private double seconds() {
    return (System.nanoTime() - begin) * 1e-9;
  }

  /** The answers of a candidate, compared with the best one so far. */
  private CandidateScores tried(
      CandidateMethod method, CandidateScores none, Optional<CandidateScores> leader) {
    double from = seconds();
    boolean isTrained = method.kind() != CandidateKind.FROZEN;
    int count = isTrained ? trainedFolds : folds.count();
    CandidateScores scores = none;
    try {
      while (scores.parts() < count) {
        int fold = scores.parts();
        settings.listener.onFold(method.name(), fold + 1, count);
        scores = scores.plus(method.judge(folds.rest(fold), folds.part(fold)));
        if (isTrained && scores.parts() < count) {
          double part = (seconds() - from) / scores.parts();
          scores = scores.ended(leader, LATE * limit - seconds() < AHEAD * part);
          if (!scores.note().isEmpty()) {
            break;
          }
        }
      }
    } catch (DivergedException diverged) {
      scores = scores.dropped(DIVERGED);
    }
    return scores.took(seconds() - from);
  }
}
