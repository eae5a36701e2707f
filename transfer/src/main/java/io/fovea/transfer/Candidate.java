package io.fovea.transfer;

import io.fovea.train.EpochReport;
import java.util.Locale;
import java.util.Optional;

/**
 * What a search found out about a candidate.
 *
 * @param name the method in words, such as {@code tuned, 15 epochs}
 * @param kind the kind of method
 * @param validation loss and accuracy on held-out photos, the loss at the best temperature; empty
 *     if it was not tried
 * @param photos the number of held-out photos that judged it
 * @param seconds the time of its trials
 * @param note why it was dropped; in a result why it was chosen, or how its loss differs from the
 *     chosen one's on the same photos
 * @param isChosen whether the result was trained by it
 */
public record Candidate(
    String name,
    CandidateKind kind,
    Optional<EpochReport.Score> validation,
    int photos,
    double seconds,
    String note,
    boolean isChosen) {
  /** The accuracy on held-out photos, with its 95 % interval; empty if it was not tried. */
  public Optional<Accuracy> accuracy() {
    return validation.map(score -> new Accuracy(score.accuracy(), photos));
  }

  /** Name, scores, minutes and seconds, and the note, in a line. */
  public String line() {
    if (validation.isEmpty()) {
      return "%s: %s".formatted(name, note);
    }
    long whole = Math.round(seconds);
    return String.format(
        Locale.ROOT,
        "%s: %s, loss %.3f, %d:%02d%s",
        name,
        accuracy().orElseThrow(),
        validation.get().loss(),
        whole / 60,
        whole % 60,
        note.isEmpty() ? "" : " (" + note + ")");
  }
}
