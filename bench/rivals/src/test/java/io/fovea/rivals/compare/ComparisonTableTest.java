package io.fovea.rivals.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
  /** PyTorch is the fastest rival, DJL the smallest: each is named where it is. */
  @Test
  void lead_toTheBestRival_isNamed() {
    MeasurementSettings settings =
        new MeasurementSettings(Action.TRAIN, "resnet8", 64, Path.of("data"), 1, 1, 1);
    Comparison comparison =
        new Comparison(
            settings,
            List.of(Participant.FOVEA, Participant.DJL, Participant.PYTORCH),
            new Installation(Path.of(".")),
            new PrintStream(PrintStream.nullOutputStream()));
    double[][] values = {{300, 200}, {150, 400}, {200, 450}};
    for (int i = 0; i < values.length; i++) {
      comparison
          .contenders()
          .get(i)
          .add(new Result(Map.of("images/s", values[i][0], "peak-MB", values[i][1]), ""));
    }
    ComparisonTable table = new ComparisonTable();
    table.add(comparison);
    assertThat(table.toString().lines().filter(line -> line.contains("the best")))
        .satisfiesExactly(
            line -> assertThat(line).contains("images/s", "PyTorch", "1.50 x as fast, the best"),
            line -> assertThat(line).contains("peak memory", "DJL", "2.00 x as small, the best"));
  }
}
