package io.fovea.cli.report;

import io.fovea.transfer.Candidate;
import java.util.List;

/** The candidates of a recipe's search, and why one was chosen. */
final class CandidatesSection {
  private CandidatesSection() {}

  static void write(HtmlBuilder page, List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "Candidates");
    page.element(
        "p",
        "All are judged by the same photos, from which they have not learned. A more expensive candidate wins only if its loss on them is lower by more than two standard errors of the difference, or by more than one where 100 photos or more judge. In brackets the 95 % interval.");
    HtmlTable table = new HtmlTable(page, "Candidates", "numbers");
    table.head("candidate");
    table.headOfWords("accuracy");
    table.head("loss", "time");
    table.headOfWords("note");
    for (Candidate one : candidates) {
      table.row(one.name() + (one.isChosen() ? ", chosen" : ""));
      table.words(one.accuracy().map(Object::toString).orElse(NumberFormats.NONE));
      table.number(
          one.validation()
              .map(score -> NumberFormats.loss(score.loss()))
              .orElse(NumberFormats.NONE));
      table.number(NumberFormats.time(one.seconds()));
      table.words(one.note());
    }
    table.end();
    page.close();
  }
}
