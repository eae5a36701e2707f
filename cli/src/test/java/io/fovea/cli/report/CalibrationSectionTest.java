package io.fovea.cli.report;

import static io.fovea.cli.report.Runs.parse;
import static io.fovea.cli.report.Runs.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** The report's averages, areas and reliability diagram. */
class CalibrationSectionTest {
  private static final Shape GREY = Shape.of(1, 8, 8);
  private static final List<String> TWO = List.of("cat", "dog");

  @Test
  void html_ofAWholeRun_showsAveragesCalibrationAndAreas() throws Exception {
    Document page = parse(Report.html(Runs.full(GREY, TWO)));
    // F1 of cat 80/81, of dog 78/79; no top-5 among two classes
    assertThat(texts(page, "dt"))
        .contains("macro F1", "calibration error")
        .doesNotContain("top-5 accuracy");
    assertThat(texts(page, "dd")).contains("98.75\u00a0%", "0.02\u00a0%");
    assertThat(texts(page, "td"))
        .contains("0.9766", "0.9883")
        .as("as eval prints it")
        .contains("1.0000");
    assertThat(texts(page, "th")).contains("ROC-AUC", "macro average", "93\u2013100\u00a0%");
    assertThat(texts(page, "td")).containsSequence("80", "98.8\u00a0%", "98.8\u00a0%");
    assertThat(texts(page, "title")).contains("this network, confidence 98.8\u00a0%: 98.8\u00a0%");
  }

  @Test
  void html_ofManyClasses_headsWithTopFive() throws Exception {
    List<String> many = IntStream.range(0, 20).mapToObj(k -> "class " + k).toList();
    Document page = parse(Report.html(Runs.full(GREY, many)));
    assertThat(texts(page, "dt")).contains("top-5 accuracy");
    Document few = parse(Report.html(Runs.full(GREY, many.subList(0, 19))));
    assertThat(texts(few, "dt")).doesNotContain("top-5 accuracy");
    assertThat(texts(page, "dd")).contains("100.00\u00a0%");
  }
}
