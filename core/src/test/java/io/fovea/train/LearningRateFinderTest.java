package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest {
  private static final Dataset IMAGES = new MnistSlice();

  private static LearningRateCurve curve(int steps, double... smoothed) {
    List<LearningRateCurve.Point> points = new ArrayList<>();
    for (int k = 0; k < smoothed.length; k++) {
      points.add(new LearningRateCurve.Point(k + 1, smoothed[k], smoothed[k]));
    }
    for (int k = 0; k < 5; k++) { // the tail that is left out
      points.add(new LearningRateCurve.Point(100, 0, 0));
    }
    return new LearningRateCurve(points, steps);
  }

  /** fastai's valley gives the places 2 and 5 for these losses. */
  @Test
  void suggestion_smallCurves_isFastaisValley() {
    assertThat(curve(8, 5, 4, 3, 2, 1, 0.5, 3, 9).suggestion()).hasValue(3);
    assertThat(curve(9, 3, 3.5, 2.9, 2.8, 3.1, 2.5, 2, 2.2, 1.5, 4, 8, 9).suggestion()).hasValue(6);
    assertThat(curve(8, 1, 2, 3, 4).suggestion()).isEmpty();
    assertThat(curve(8, 1, 0.5).suggestion()).isEmpty();
  }

  /** The losses of a made curve through fastai's smoothing, its stop and its valley. */
  @Test
  void suggestion_hundredSteps_isFastais() {
    double mean = 0;
    double least = Double.POSITIVE_INFINITY;
    List<LearningRateCurve.Point> points = new ArrayList<>();
    for (int k = 0; k < 100; k++) {
      double rate = 1e-7 * Math.pow(1e8, k / 99.0);
      double x = Math.log10(rate);
      double loss =
          2.3 - 2 / (1 + Math.exp(-3 * (x + 2))) + Math.exp(4 * (x + 0.3)) + 0.02 * Math.sin(7 * k);
      mean = 0.98 * mean + 0.02 * loss;
      double smoothed = mean / (1 - Math.pow(0.98, k + 1));
      points.add(new LearningRateCurve.Point(rate, loss, smoothed));
      least = Math.min(least, smoothed);
      if (smoothed > 4 * least) {
        break;
      }
    }
    assertThat(points).hasSize(97);
    assertThat(new LearningRateCurve(points, 100).suggestion().orElseThrow())
        .isCloseTo(0.0027825594022071257, within(1e-12));
  }

  @Test
  void find_digits_risesByTheSameFactorAndLeavesTheNetworkAlone() {
    Network network = Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 3);
    Weights before = network.weights();
    LearningRateCurve curve =
        LearningRateFinder.standard()
            .find(
                network,
                trainer ->
                    trainer.optimizer(Sgd.of(0.01f).momentum(0.9f)).batchSize(32).earlyStop(3),
                IMAGES);

    assertThat(network.weights()).isSameAs(before);
    assertThat(network.hasDefaultLabels()).isTrue();
    List<LearningRateCurve.Point> points = curve.points();
    for (int k = 0; k < points.size(); k++) {
      double expected = 1e-7 * Math.pow(1e8, k / 99.0);
      assertThat(points.get(k).rate()).isCloseTo(expected, within(expected * 1e-6));
    }
    assertThat(points.getFirst().smoothed()).isCloseTo(points.getFirst().loss(), within(1e-12));
    // Known to train well with 0.01 and to diverge with 1.
    assertThat(curve.suggestion().orElseThrow()).isBetween(0.0005, 0.1);
  }

  @Test
  void find_rateThatDiverges_endsTheCurveThere() {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 3);
    LearningRateCurve curve =
        new LearningRateFinder(0.01, 1e6, 40)
            .find(network, trainer -> trainer.batchSize(32), IMAGES);
    assertThat(curve.points()).hasSizeBetween(2, 39);
    assertThat(curve.points()).allMatch(point -> Double.isFinite(point.loss()));
  }
}
