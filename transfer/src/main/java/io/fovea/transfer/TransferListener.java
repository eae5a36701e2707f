package io.fovea.transfer;

import io.fovea.network.AnswerRule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  /** Called before some training steps of a candidate, whose time plans the search. */
  default void onMeasure(String candidate) {}

  /**
   * Called before a candidate is judged by another fold.
   *
   * @param candidate its name
   * @param fold from 1
   * @param folds the most folds that will judge it
   */
  default void onFold(String candidate, int fold, int folds) {}

  /** Called after each candidate, and again for one that diverges when it is trained on all. */
  default void onCandidate(Candidate candidate) {}

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
   * @param kinds the candidates to try
   * @param folds the folds of the cross-validation; 1 if a single part of the photos is held out
   * @param heldOut the photos of the first fold
   * @param timeLimit about how long it may take
   */
  record Search(List<CandidateKind> kinds, int folds, int heldOut, Duration timeLimit) {}

  /** Writes the lines of the command line to standard output. */
  static TransferListener console() {
    return lines(System.out::println);
  }

  /** Gives the lines of the command line to a consumer, each without its end. */
  static TransferListener lines(Consumer<String> lines) {
    return new TransferListener() {
      @Override
      public void onWarning(String warning) {
        lines.accept(warning);
      }

      @Override
      public void onStart(Search search) {
        lines.accept(
            "candidates: %s, validated by %s, for about %s minutes"
                .formatted(
                    search.kinds.stream()
                        .map(CandidateKind::title)
                        .collect(Collectors.joining(", ")),
                    search.folds > 1
                        ? "%d-fold cross-validation".formatted(search.folds)
                        : "%,d photos held out".formatted(search.heldOut),
                    String.format(Locale.ROOT, "%.3g", Transfer.seconds(search.timeLimit) / 60)));
      }

      @Override
      public void onMeasure(String candidate) {
        lines.accept("  %s: measuring a training step".formatted(candidate));
      }

      @Override
      public void onFold(String candidate, int fold, int folds) {
        lines.accept("  %s: fold %d of %d".formatted(candidate, fold, folds));
      }

      @Override
      public void onCandidate(Candidate candidate) {
        lines.accept("  " + candidate.line());
      }

      @Override
      public void onChoice(Candidate chosen, int photos) {
        lines.accept("chosen: %s; training on all %,d photos".formatted(chosen.name(), photos));
      }

      @Override
      public void onAnswers(HeldOut judged, double coverage, Optional<AnswerRule.OneLabel> rule) {
        judged.lines(coverage, rule).forEach(lines);
      }
    };
  }
}
