package io.fovea.transfer;

import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Receives the events of a search. Called on the thread of {@link Transfer#fit}, between trainings.
 * An exception thrown by a listener ends the search.
 */
public interface TransferListener {
  /** Called before everything else with each doubt about the photos, such as too few of a class. */
  default void onWarning(String warning) {}

  /** Called before the first candidate is tried. */
  default void onStart(Search search) {}

  /**
   * Called before a candidate is judged by another fold.
   *
   * @param candidate its name
   * @param fold from 1
   * @param folds the folds that judge it
   */
  default void onFold(String candidate, int fold, int folds) {}

  /** Called after each candidate, and again for one that diverges when it is trained on all. */
  default void onCandidate(Candidate candidate) {}

  /**
   * Called after the frozen features, if other candidates follow, with a network to use meanwhile:
   * trained on all photos and calibrated. It is the result unless another candidate is chosen.
   */
  default void onModelSoFar(Candidate candidate, Network network) {}

  /** Called before the chosen candidate is trained on all photos. */
  default void onChoice(Candidate chosen, int photos) {}

  /**
   * Called when the chosen network has its temperature and its rule for answers.
   *
   * @param judged its answers about held-out photos, before the temperature
   * @param coverage of the rule
   * @param rule empty if the held-out photos are too few
   */
  default void onAnswers(HeldOut judged, double coverage, Optional<AnswerRule.OneLabel> rule) {}

  /**
   * A search that begins.
   *
   * @param judging the photos that judge each candidate
   * @param estimates about how long it takes here by each effort that was measured
   */
  record Search(SearchPlan plan, int judging, Map<Effort, Duration> estimates) {
    public Search {
      estimates = Map.copyOf(estimates);
    }

    /** About how long it takes. */
    public Duration estimate() {
      return estimates.getOrDefault(plan.effort(), Duration.ZERO);
    }

    private List<String> lines() {
      String times =
          new TreeMap<>(estimates)
              .entrySet().stream()
                  .map(one -> one.getKey().title() + " " + SearchPlan.about(one.getValue()))
                  .collect(Collectors.joining(", "));
      String tried =
          plan.candidates().stream().map(Object::toString).collect(Collectors.joining("; "));
      String how = plan.folds() == 1 ? "held out once" : "in %d folds".formatted(plan.folds());
      return List.of(
          "effort %s; here about: %s".formatted(plan.effort().title(), times),
          "candidates: " + tried,
          "each is judged by the same %,d photos, %s".formatted(judging, how));
    }
  }

  /** Writes the lines of the command line to standard output. */
  static TransferListener console() {
    return lines(System.out::println);
  }

  /** Gives the lines of the command line to a consumer, each without its end. */
  static TransferListener lines(Consumer<String> lines) {
    return new TransferListener() {
      private long began;
      private Duration estimate = Duration.ZERO;

      @Override
      public void onWarning(String warning) {
        lines.accept(warning);
      }

      @Override
      public void onStart(Search search) {
        began = System.nanoTime();
        estimate = search.estimate();
        search.lines().forEach(lines);
      }

      private String late() {
        Duration passed = Duration.ofNanos(System.nanoTime() - began);
        return passed.compareTo(estimate) > 0
            ? ", late: %s of about %s"
                .formatted(SearchPlan.about(passed), SearchPlan.about(estimate))
            : "";
      }

      @Override
      public void onFold(String candidate, int fold, int folds) {
        lines.accept("  %s: fold %d of %d%s".formatted(candidate, fold, folds, late()));
      }

      @Override
      public void onCandidate(Candidate candidate) {
        lines.accept("  " + candidate.line());
      }

      @Override
      public void onChoice(Candidate chosen, int photos) {
        lines.accept(
            "chosen: %s: %s; training on all %,d photos%s"
                .formatted(chosen.name(), chosen.note(), photos, late()));
      }

      @Override
      public void onAnswers(HeldOut judged, double coverage, Optional<AnswerRule.OneLabel> rule) {
        judged.lines(coverage, rule).forEach(lines);
      }
    };
  }
}
