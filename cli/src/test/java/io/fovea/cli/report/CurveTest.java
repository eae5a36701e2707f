package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.report.Curve.Point;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void thinned_keepsTheEndsAndTheExtremes() {
    for (int count : new int[] {0, 1, 2, 9, 10, 11, 12, 97, 1000, 4321}) {
      Random random = new Random(count);
      List<Point> points =
          IntStream.range(0, count).mapToObj(i -> new Point(i, random.nextGaussian())).toList();
      Curve whole = new Curve(points);
      Curve thin = whole.thinned(10);
      assertThat(thin.points()).hasSize(Math.min(count, 10)).isSubsetOf(points);
      assertThat(thin.points()).isSortedAccordingTo((a, b) -> Double.compare(a.x(), b.x()));
      if (count > 0) {
        assertThat(thin.points().getFirst()).isEqualTo(points.getFirst());
        assertThat(thin.points().getLast()).isEqualTo(points.getLast());
        assertThat(thin.least()).isEqualTo(whole.least());
        assertThat(thin.greatest()).isEqualTo(whole.greatest());
      }
    }
  }

  @Test
  void smoothed_isTheMeanAround_butSharpAtTheBeginning() {
    Curve curve = of(8, 4, 0, 4, 8);
    assertThat(curve.smoothed(1).points().stream().map(Point::y))
        .containsExactly(8.0, 4.0, 8 / 3.0, 4.0, 6.0);
    assertThat(curve.smoothed(0)).isEqualTo(curve);
  }

  @Test
  void of_leavesOutWhatIsNoNumber_andSorts() {
    Curve curve =
        Curve.of(
            List.of(
                new StepPoint(3, 0.3, 1),
                new StepPoint(1, 0.1, 1),
                new StepPoint(2, Double.NaN, 1),
                new StepPoint(4, Double.NEGATIVE_INFINITY, 1)),
            StepPoint::loss);
    assertThat(curve.points()).containsExactly(new Point(1, 0.1), new Point(3, 0.3));
  }

  private static Curve of(double... y) {
    return new Curve(IntStream.range(0, y.length).mapToObj(i -> new Point(i, y[i])).toList());
  }
}
