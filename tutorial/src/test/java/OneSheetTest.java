import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The book's one sheet: its gradients by differences, and its page by its numbers. */
@SuppressWarnings("DefaultPackage") // as the classes under test
class OneSheetTest {
  private static final Path BOOK = Path.of("../docs/book");
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
    assertThat(Files.readString(BOOK.resolve("one-sheet.md")).replaceAll("\\s+", " "))
        .contains(
            "it falls by " + OneSheet.number(sheet.forward().loss() - one.loss()) + ",",
            "from 1.386 to " + OneSheet.number(all.loss()) + ",",
            "rises from 0.25 to " + OneSheet.number(all.p()[1]) + ".");
    assertThat(OneSheet.number(one.loss())).isEqualTo("1.298"); // in chapter 10, too
  }

  /**
   * {@code -Dtest=OneSheetTest -Dfigures=write} writes it anew; look at it before it is committed.
   */
  @Test
  void drawing_ofThePage_isThatOfItsNumbers() throws IOException {
    Path file = BOOK.resolve("images/one-sheet.svg");
    if ("write".equals(System.getProperty("figures"))) {
      Files.writeString(file, sheet.draw().toString());
    }
    assertThat(file).content().isEqualTo(sheet.draw().toString());
  }

  @Test
  void table_ofThePage_hasTheNumbers() throws IOException {
    List<List<String>> rows = BookTable.of("one-sheet.md", "| number |");
    assertThat(rows.subList(1, rows.size()).stream().map(row -> row.subList(0, 3)))
        .isEqualTo(
            sheet.rows().entrySet().stream()
                .map(row -> List.of(row.getKey(), row.getValue().get(0), row.getValue().get(1)))
                .toList());
  }

  @Test
  void lessons_solutions() throws IOException {
    OneSheet centre = new OneSheet();
    centre.filter.w[0] = new double[] {0, 0, 0, 0, 1, 0, 0, 0, 0};
    centre.filter.b[0] = 0;
    OneSheet moved = new OneSheet();
    System.arraycopy(sheet.x, 0, moved.x, 4, 12);
    Arrays.fill(moved.x, 0, 4, 0);
    var big = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 1, 5, 0, 1);
    OneSheet.Forward undecided = changed(1, -1, Math.log(3)).forward();
    double loss = changed(1, -1, 0.1).forward().loss();
    OneSheet.Backward d = sheet.backward();
    OneSheet.Forward far = changed(1, 2, -0.1 * d.dense().w[1][2]).forward();
    BookExercisesTest.bold(
        Files.readString(BOOK.resolve("for-teachers.md")).split("\n## Solutions\n", -1)[1],
        centre.forward().y(),
        moved.forward().y(),
        big.out().size(),
        rounded(TwoLayerCnn.denseForward(new double[] {2, 0, 1, 0}, sheet.dense)),
        OneSheet.number(-Math.log(0.9)),
        OneSheet.number(-Math.log(0.1)),
        undecided.p(),
        OneSheet.number(undecided.loss()),
        new double[] {d.dense().w[0][0], d.dense().w[1][0]},
        OneSheet.number(loss),
        OneSheet.number(sheet.forward().loss() - loss),
        OneSheet.number(d.filter().w[0][6]),
        OneSheet.number(sheet.filter.w[0][1] - 0.01 * d.filter().w[0][1]),
        OneSheet.number(-0.3 - 0.1 * d.dense().w[1][2]),
        OneSheet.number(far.loss()),
        2_000 / TwoLayerCnn.BATCH);
  }

  /** The third lesson's experiment: parameters of class 1 that grow by 0.1. */
  @Test
  void lessons_experiment() throws IOException {
    List<List<String>> rows = BookTable.of("for-teachers.md", "| weight |");
    int[] weights = {1, 2, 3, -1};
    for (int k = 0; k < weights.length; k++) {
      double loss = changed(1, weights[k], 0.1).forward().loss();
      TwoLayerCnn.Layer d = sheet.backward().dense();
      double gradient = weights[k] < 0 ? d.b[1] : d.w[1][weights[k]];
      assertThat(rows.get(k + 1).subList(1, 4))
          .containsExactly(
              OneSheet.number(loss),
              OneSheet.number((loss - sheet.forward().loss()) / 0.1),
              OneSheet.number(gradient));
    }
    assertThat(rows).hasSize(weights.length + 1);
  }

  /** A sheet with another weight of the dense layer, or bias if k is -1. */
  private static OneSheet changed(int o, int k, double by) {
    OneSheet sheet = new OneSheet();
    double[] row = k < 0 ? sheet.dense.b : sheet.dense.w[o];
    row[k < 0 ? o : k] += by;
    return sheet;
  }

  private static double[] rounded(double[] values) {
    return Arrays.stream(values).map(value -> Math.rint(1000 * value) / 1000).toArray();
  }
}
