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
        "Each is judged on photos that it has not learned from; two are compared on those that judged both. One replaces a cheaper one if its loss on them is lower by more than the error of the difference; where the losses are closer, the accuracy decides in the same way. In brackets the 95 % interval.");
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
