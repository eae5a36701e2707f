package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.train.EpochReport.Score;
import io.fovea.transfer.Candidate;
import io.fovea.transfer.CandidateKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidatesSectionTest {
  @Test
  void write_showsEachCandidateWithItsIntervalAndReason() {
    Optional<Score> score = Optional.of(new Score(0.2, 0.92));
    Candidate tuned = new Candidate("tuned", CandidateKind.TUNED, score, 25, 19, "", true);
    Candidate scratch =
        new Candidate("scratch", CandidateKind.SCRATCH, Optional.empty(), 0, 0, "diverged", false);
    HtmlBuilder page = new HtmlBuilder();
    CandidatesSection.write(page, List.of(tuned, scratch));
    assertThat(page.html())
        .contains("tuned, chosen", "scratch", "diverged")
        .contains("92.0 % of 25 photos (75 to 98)", ">0.2000<");
  }
}
