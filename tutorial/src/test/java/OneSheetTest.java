import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The book's one sheet: its gradients by differences, and its page by its numbers. */
@SuppressWarnings("DefaultPackage") // as the classes under test
class OneSheetTest {
  private static final double EPSILON = 1e-5;
  private static final Offset<Double> CLOSE = within(1e-9);

  private final OneSheet sheet = new OneSheet();

  /** Of all 20 parameters and 16 pixels. */
  @Test
  void backward_everyNumber_isTheSlopeOfTheLoss() {
    OneSheet.Backward d = sheet.backward();
    slopes(sheet.x, d.x());
    List<double[]> gradients =
        List.of(d.filter().w[0], d.filter().b, d.dense().w[0], d.dense().w[1], d.dense().b);
    int count = 0;
    for (int k = 0; k < gradients.size(); k++) {
      slopes(sheet.parameters().get(k), gradients.get(k));
      count += gradients.get(k).length;
    }
    assertThat(count).isEqualTo(20);
  }

  private void slopes(double[] values, double[] gradients) {
    assertThat(gradients).hasSameSizeAs(values);
    for (int k = 0; k < values.length; k++) {
      double value = values[k];
      values[k] = value + EPSILON;
      double up = sheet.forward().loss();
      values[k] = value - EPSILON;
      double down = sheet.forward().loss();
      values[k] = value;
      assertThat((up - down) / (2 * EPSILON)).isCloseTo(gradients[k], CLOSE);
    }
  }

  /** By pencil, without the tutorial. */
  @Test
  void forward_isWhatAPencilFinds() {
    OneSheet.Forward f = sheet.forward();
    assertThat(f.y()).containsExactly(-1, 3, 4, 1);
    assertThat(f.a()).containsExactly(0, 3, 4, 1);
    assertThat(f.z()).containsExactly(new double[] {Math.log(3), 0}, CLOSE);
    assertThat(f.p()).containsExactly(new double[] {0.75, 0.25}, CLOSE);
    assertThat(f.loss()).isCloseTo(Math.log(4), CLOSE);
    assertThat(sheet.backward().y()).containsExactly(new double[] {0, -0.225, 0.3, -0.375}, CLOSE);
  }

  /** No gradient needs more than three decimals, so that a class can add them up. */
  @Test
  void gradients_haveThreeDecimals() {
    OneSheet.Backward d = sheet.backward();
    for (double[] row :
        List.of(d.x(), d.y(), d.a(), d.z(), d.filter().w[0], d.dense().w[0], d.dense().w[1])) {
      for (double value : row) {
        assertThat(1000 * value).isCloseTo(Math.rint(1000 * value), within(1e-9));
      }
    }
  }

  @Test
  void exercises_ofThePage() throws IOException {
    sheet.x[15] = 1;
    double[] corner = sheet.forward().y();
    OneSheet.Forward f = new OneSheet().forward();
    double[] dz = TwoLayerCnn.lossBackward(f.p(), 0, 1);
    OneSheet biased = new OneSheet();
    biased.filter.b[0] = 2;
    BookExercisesTest.answers(
        "one-sheet.md",
        corner,
        dz,
        OneSheet.number(-Math.log(f.p()[0])),
        biased.forward().y(),
        OneSheet.number(biased.backward().y()[0]));
  }

  /** What the page and the drawing say of the steps. */
  @Test
  void steps_lowerTheLoss() throws IOException {
    OneSheet.Forward one = sheet.oneStepped().forward();
    OneSheet.Forward all = sheet.stepped().forward();
    assertThat(Files.readString(Path.of("../docs/book/one-sheet.md")).replaceAll("\\s+", " "))
        .contains(
            "it falls by " + OneSheet.number(sheet.forward().loss() - one.loss()) + ",",
            "from 1.386 to " + OneSheet.number(all.loss()) + ",",
            "rises from 0.25 to " + OneSheet.number(all.p()[1]) + ".");
    assertThat(OneSheet.number(one.loss())).isEqualTo("1.298"); // in chapter 10, too
  }

  @Test
  void table_ofThePage_hasTheNumbers() throws IOException {
    List<List<String>> rows = BookFigures.table("one-sheet.md", "| number |");
    assertThat(rows.subList(1, rows.size()).stream().map(row -> row.subList(0, 3)))
        .isEqualTo(
            sheet.rows().entrySet().stream()
                .map(row -> List.of(row.getKey(), row.getValue().get(0), row.getValue().get(1)))
                .toList());
  }
}
