package io.fovea.rivals.compare;

import io.fovea.rivals.measure.Result;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One library in one comparison: its results, round by round, or why it left. */
final class Contender {
  private final Participant participant;
  private final List<Result> results = new ArrayList<>();
  private @Nullable String failure;

  Contender(Participant participant) {
    this.participant = participant;
  }

  String title() {
    return participant.title();
  }

  boolean isFovea() {
    return participant == Participant.FOVEA;
  }

  boolean isRival() {
    return !isFovea();
  }

  Participant participant() {
    return participant;
  }

  void add(Result result) {
    results.add(result);
  }

  void leave(String reason) {
    failure = reason;
  }

  boolean isIn() {
    return failure == null;
  }

  String failure() {
    return failure == null ? "" : failure;
  }

  List<Result> results() {
    return results;
  }

  /** The numbers of a name, round by round; empty where this side does not report it. */
  Series series(String key) {
    return new Series(
        results.stream()
            .filter(result -> result.values().containsKey(key))
            .map(result -> result.value(key))
            .toList());
  }
}
