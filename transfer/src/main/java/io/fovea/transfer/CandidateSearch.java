package io.fovea.transfer;

import io.fovea.data.base.GroupedParts;
import io.fovea.dataset.Dataset;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.train.CachedFeatures;
import io.fovea.train.DivergedException;
import io.fovea.transfer.head.Folds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tries several methods on the same photos as a {@link SearchPlan} says, chooses the best one
 * ({@link CandidateScores#best}), and trains it on all training photos. The clock decides nothing:
 * the time of some steps estimates that of the search, and with a time limit chooses the plan
 * before anything else runs. A candidate that diverges is dropped. The listener is told of each
 * decision.
 */
final class CandidateSearch {
  private static final String DIVERGED = "diverged";

  private final Transfer settings;
  private final Dataset train;
  private final Network start;
  private final List<Double> classWeights;
  private final int[] groups;
  private final long begin = System.nanoTime();
  private @Nullable DivergedException last;
  private CandidateMethod.@Nullable Trained soFar;

  CandidateSearch(Transfer settings, Dataset train) {
    this.settings = settings;
    this.train = train;
    this.start = settings.backbone.classifier(train.classes());
    this.classWeights = settings.classWeights(train);
    this.groups = GroupedParts.numbers(train);
  }

  Transfer.Result run() {
    Map<Effort, Duration> estimates = new EnumMap<>(Effort.class);
    SearchPlan plan = planned(estimates);
    int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
    Folds every = Folds.of(labels, groups, plan.parts(), settings.seed);
    Folds folds = plan.folds() == 1 ? every.single() : every;
    int judging = IntStream.range(0, folds.count()).map(fold -> folds.part(fold).length).sum();
    settings.listener.onStart(new TransferListener.Search(plan, judging, estimates));
    List<CandidateMethod> methods = plan.candidates().stream().map(this::method).toList();
    List<CandidateScores> all = new ArrayList<>();
    for (SearchPlan.Planned one : plan.candidates()) {
      all.add(judged(one, methods.get(all.size()), folds));
      Candidate tried = all.getLast().candidate(false);
      settings.listener.onCandidate(tried);
      // The cheapest candidate is a usable model long before the search ends.
      if (one.kind() == CandidateKind.FROZEN && methods.size() > 1) { // it is the first
        soFar = whole(methods.getFirst(), all.getFirst());
        settings.listener.onModelSoFar(tried, soFar.network().copy());
      }
    }
    CandidateMethod.Trained trained = trained(methods, all);
    CandidateScores chosen = CandidateScores.best(all).orElseThrow();
    HeldOut judged = asShipped(chosen, trained);
    Network network = trained.network();
    settings.listener.onAnswers(
        judged, settings.coverage, network.answers().map(AnswerRule.OneLabel.class::cast));
    all.replaceAll(one -> one.name().equals(chosen.name()) ? chosen : one.besides(chosen));
    return new Transfer.Result(
        network,
        all.stream().map(one -> one.candidate(one.equals(chosen))).toList(),
        judged,
        trained.score(),
        seconds(begin));
  }

  /**
   * The plan of the effort, or with a time limit that of the largest effort which fits.
   *
   * @param estimates receives about how long each effort takes here, of those that were measured
   */
  SearchPlan planned(Map<Effort, Duration> estimates) {
    Duration limit = settings.timeLimit;
    boolean isQuick = limit == null && settings.effort == Effort.QUICK;
    boolean hasQuick = settings.candidates.contains(CandidateKind.FROZEN);
    List<SearchPlan> plans =
        Stream.of(Effort.values())
            // A quick search is not delayed by measuring what it will not try.
            .filter(one -> one == Effort.QUICK ? isQuick || hasQuick : !isQuick)
            .map(this::plan)
            .toList();
    Map<CandidateKind, Double> rates = new EnumMap<>(CandidateKind.class);
    // The largest plan has every kind of candidate.
    for (SearchPlan.Planned one : plans.getLast().candidates()) {
      if (!rates.containsKey(one.kind())) {
        rates.put(one.kind(), method(one).secondsPerPhoto());
      }
    }
    SearchPlan chosen = limit == null ? plan(settings.effort) : plans.getFirst();
    for (SearchPlan one : plans) {
      Duration time = Duration.ofMillis((long) (1000 * one.seconds(rates)));
      estimates.put(one.effort(), time);
      boolean fits = limit != null && time.compareTo(limit) <= 0;
      chosen = fits ? one : chosen;
      if (limit != null && !fits && one.equals(plans.getFirst())) {
        settings.listener.onWarning(
            "the time limit of %s is too short: effort %s, the least, takes about %s here"
                .formatted(SearchPlan.about(limit), one.effort().title(), SearchPlan.about(time)));
      }
    }
    return chosen;
  }

  private SearchPlan plan(Effort effort) {
    int different = (int) Arrays.stream(groups).distinct().count();
    return SearchPlan.of(
        effort, settings.candidates, train.size(), different, settings.views, settings.epochs);
  }

  private CandidateMethod method(SearchPlan.Planned one) {
    return one.kind() == CandidateKind.FROZEN
        ? new AveragedHeads(settings, start, train, classWeights, one.passes())
        : new TrainedLayers(one, settings, start, train, classWeights);
  }

  private CandidateScores judged(SearchPlan.Planned one, CandidateMethod method, Folds folds) {
    long from = System.nanoTime();
    List<HeldOut> answers = new ArrayList<>();
    String note = "";
    try {
      for (int fold = 0; fold < folds.count(); fold++) {
        settings.listener.onFold(one.toString(), fold + 1, folds.count());
        answers.add(method.judge(folds.rest(fold), folds.part(fold)));
      }
    } catch (DivergedException diverged) {
      last = diverged;
      note = DIVERGED;
    }
    return new CandidateScores(
        one.toString(), one.kind(), answers, seconds(from), !note.isEmpty(), note);
  }

  /** The best candidate, trained on all photos; those that diverge there are dropped. */
  private CandidateMethod.Trained trained(
      List<CandidateMethod> methods, List<CandidateScores> all) {
    CandidateScores chosen =
        CandidateScores.best(all).orElseThrow(() -> Objects.requireNonNull(last));
    int at = all.stream().map(CandidateScores::name).toList().indexOf(chosen.name());
    settings.listener.onChoice(chosen.candidate(true), train.size());
    try {
      return at == 0 && soFar != null ? soFar : whole(methods.get(at), chosen);
    } catch (DivergedException diverged) {
      last = diverged;
      all.set(at, all.get(at).dropped(DIVERGED));
      settings.listener.onCandidate(all.get(at).candidate(false));
      // This ends: each call drops a candidate, and without any left best() is empty.
      return trained(methods, all);
    }
  }

  /** Trained on all photos and calibrated. */
  private CandidateMethod.Trained whole(CandidateMethod method, CandidateScores scores) {
    CandidateMethod.Trained made = method.make();
    String node = AveragedHeads.sign(made.network().graph());
    CachedFeatures features = method.features(made.network());
    Network network =
        asShipped(scores, made).calibrated(made.network(), node, features, settings.coverage);
    return new CandidateMethod.Trained(network, made.score(), made.heldOut());
  }

  private static HeldOut asShipped(CandidateScores scores, CandidateMethod.Trained made) {
    HeldOut judged = scores.heldOut();
    return made.heldOut().map(judged::as).orElse(judged);
  }

  private static double seconds(long from) {
    return (System.nanoTime() - from) * 1e-9;
  }
}
