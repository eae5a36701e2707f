package io.fovea.cli.command.use;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.metrics.Calibration;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.Ranks;
import io.fovea.metrics.RocAuc;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ScoresTest {
  /** One image of the first of two classes, answered rightly: no area can be told. */
  private static Scores oneImage() {
    ConfusionMatrix confusion = new ConfusionMatrix(2);
    confusion.add(0, 0);
    Ranks ranks = new Ranks(2);
    ranks.add(new double[] {0.75, 0.25}, 0);
    Calibration calibration = new Calibration();
    calibration.add(0.75, true);
    RocAuc none = new RocAuc(List.of(OptionalDouble.empty(), OptionalDouble.empty()));
    return Scores.of(
        new Evaluation(
            -Math.log(0.75), confusion, List.of(), ranks, calibration, none, Optional.empty()),
        List.of("cat", "dog"),
        OptionalInt.empty());
  }

  @Test
  void json_whatIsNotDefined_isNullOrLeftOut() {
    JsonNode json = Json.read(Json.line(oneImage()));
    assertThat(json.has("top")).isFalse();
    assertThat(json.path("rocAuc").isNull()).isTrue();
    assertThat(json.path("perClass").get(1).path("rocAuc").isNull()).isTrue();
    assertThat(json.path("perClass").get(1).path("recall").asDouble()).isZero();
    assertThat(json.path("macro").path("recall").asDouble()).as("dog does not occur").isEqualTo(1);
    assertThat(json.path("calibration").path("error").asDouble()).isEqualTo(0.25);
  }

  @Test
  void print_whatIsNotDefined_isADash() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    oneImage().print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("accuracy 100.00 %, loss 0.2877, 1 images")
        .contains("expected calibration error 25.00 % (15 bins); ROC-AUC -")
        .doesNotContain("top-", "NaN");
  }
}
