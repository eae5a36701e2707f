package io.fovea.cli.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import io.fovea.train.EpochReport;
import io.fovea.transfer.Candidate;
import io.fovea.transfer.CandidateKind;
import io.fovea.transfer.Effort;
import io.fovea.transfer.SearchPlan;
import io.fovea.transfer.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CandidatesFileTest {
  @TempDir Path folder;

  private JsonNode written() throws IOException {
    return Json.read(Files.readString(folder.resolve(RunFolder.CANDIDATES)));
  }

  private String now() throws IOException {
    return written().path("now").asString();
  }

  @Test
  void file_growsWithTheSearch() throws IOException {
    List<String> lines = new ArrayList<>();
    RunFolder run = new RunFolder(folder);
    CandidatesFile file = new CandidatesFile(run, List.of("cat", "dog"), lines::add);
    file.ended(1); // by which the search is estimated
    file.ended(2);
    assertThat(now()).isEqualTo("measuring how long the search will take");
    file.onStart(
        new TransferListener.Search(
            SearchPlan.of(Effort.STANDARD, List.of(CandidateKind.values()), 100, 100, 4, 30),
            100,
            Map.of(Effort.STANDARD, Duration.ofMinutes(3))));
    assertThat(written().path("estimate").asInt()).isEqualTo(180);
    assertThat(written().path("effort").asString()).isEqualTo("standard");
    assertThat(written().path("plan").toString())
        .isEqualTo(
            "[\"frozen features, 4 views\",\"tuned, 30 epochs\",\"small network from scratch, 30 epochs\"]");
    assertThat(now()).contains("pretrained layers");
    assertThat(written().path("candidates")).isEmpty();

    Candidate frozen =
        new Candidate(
            "frozen",
            CandidateKind.FROZEN,
            Optional.of(new EpochReport.Score(0.2, 0.92)),
            25,
            3.14159,
            "diverged",
            false);
    file.onCandidate(frozen);
    assertThat(now()).isEqualTo("frozen: judged");
    file.onModelSoFar(frozen, Network.input(1, 2, 2).flatten().dense(2).build(Initializer.he(), 1));
    assertThat(Models.load(run.file(RunFolder.BEST)).labels()).containsExactly("cat", "dog");
    assertThat(written().path(RunFolder.SO_FAR).asString()).isEqualTo("frozen");
    assertThat(lines.getLast())
        .isEqualTo(
            "so far: frozen, 92.0 %% of 25 photos (75 to 98): %s can be used while the search goes on"
                .formatted(run.file(RunFolder.BEST)));
    file.onFold("tuned, 30 epochs", 2, 4);
    assertThat(now()).isEqualTo("tuned, 30 epochs: fold 2 of 4");
    file.ended(1);
    file.ended(2);
    assertThat(now()).isEqualTo("tuned, 30 epochs: fold 2 of 4, epoch 2");
    JsonNode one = written().path("candidates").path(0);
    assertThat(one.path("photos").asInt()).isEqualTo(25);
    assertThat(one.path("low").asDouble()).isBetween(0.7, 0.8);
    assertThat(one.path("seconds").asDouble()).isEqualTo(3.1);
    assertThat(one.path("note").asString()).isEqualTo("diverged");
    assertThat(one.path("chosen").asBoolean()).isFalse();

    file.onChoice(frozen, 100);
    assertThat(now()).isEqualTo("frozen: training on all 100 photos");
    file.end(
        List.of(
            new Candidate(
                "frozen", CandidateKind.FROZEN, frozen.validation(), 25, 3.14159, "", true)));
    assertThat(now()).isEmpty();
    assertThat(written().has(RunFolder.SO_FAR)).as("the model is the chosen one").isFalse();
    assertThat(written().path("candidates").path(0).path("chosen").asBoolean()).isTrue();
    assertThat(lines).anyMatch(line -> line.contains("fold 2 of 4")).hasSize(7);
  }
}
