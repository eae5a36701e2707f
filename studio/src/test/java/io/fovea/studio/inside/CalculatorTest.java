package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CalculatorTest {
  private static Calculation at(
      InspectedModel model, Image image, String node, int channel, int i, int j) {
    Calculator calculator = new Calculator(model.network(), model.forward(image));
    return calculator.of(new Calculator.Position(node, channel, i, j), 12);
  }

  @Test
  void convolution_everyPixelOfAMap_addsUpToTheModelsNumber() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(7);
    ForwardTrace trace = model.forward(image);
    float[] conv1 = trace.value("conv1");
    Calculator calculator = new Calculator(model.network(), trace);
    for (int k = 0; k < 784; k++) {
      Calculation.Convolution c =
          (Calculation.Convolution)
              calculator.of(new Calculator.Position("conv1", 3, k / 28, k % 28), 1);
      assertThat(c.value()).isEqualTo(conv1[3 * 784 + k]);
      assertThat(c.sum()).isEqualTo(c.value(), within(1e-5));
    }
  }

  @Test
  void convolution_secondLayer_readsAllMapsWithTheModelsWeights() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(2);
    Calculation.Convolution c =
        (Calculation.Convolution) at(model, image, "conv2", 5, 0, 13); // a corner: padding
    float[] w = model.network().weights().values("conv2.weight");
    float[] x = model.forward(image).value("relu1");
    assertThat(c.channels()).hasSize(16);
    assertThat(c.place()).isEqualTo(new Calculation.WindowPosition(-2, 11, 5, 5, 1, 1));
    for (Calculation.Taps taps : c.channels()) {
      for (int tap = 0; tap < 25; tap++) {
        int row = -2 + tap / 5;
        int column = 11 + tap % 5;
        boolean inside = row >= 0 && column < 14;
        int channel = taps.channel();
        assertThat(taps.w().get(tap)).isEqualTo(w[(5 * 16 + channel) * 25 + tap]);
        assertThat(taps.x().get(tap))
            .isEqualTo(inside ? x[(channel * 14 + row) * 14 + column] : 0f);
      }
    }
    assertThat(c.sum()).isEqualTo(c.value(), within(1e-4)); // Winograd's rounding
  }

  @Test
  void pooling_window_hasAWinnerOfTheModelsValue() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(0);
    for (int j = 0; j < 14; j++) {
      Calculation.Pooling c = (Calculation.Pooling) at(model, image, "pool1", 9, 6, j);
      assertThat(c.x()).hasSize(4);
      assertThat(c.x().get(c.winner())).isEqualTo(c.value());
      assertThat(c.value()).isEqualTo(c.x().stream().max(Float::compare).orElseThrow());
    }
  }

  @Test
  void normalisation_andRelu_giveTheModelsNumbers() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(5);
    Calculation.Normalisation n = (Calculation.Normalisation) at(model, image, "bn1", 2, 7, 7);
    assertThat(n.result()).isEqualTo(n.value(), within(1e-5 + 1e-6 * Math.abs(n.value())));
    assertThat(n.gamma()).isEqualTo(model.network().weights().values("bn1.weight")[2]);
    Calculation.Function relu = (Calculation.Function) at(model, image, "relu1", 2, 7, 7);
    assertThat(relu.x()).isEqualTo(n.value());
    assertThat(relu.value()).isEqualTo(Math.max(0, n.value()));
  }

  @Test
  void dense_contributions_addUpAndComeStrongestFirst() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(7);
    ForwardTrace trace = model.forward(image);
    Calculation.Weighted c = (Calculation.Weighted) at(model, image, "dense1", 7, 0, 0);
    double listed = c.strongest().stream().mapToDouble(Calculation.Contribution::product).sum();
    assertThat(c.value()).isEqualTo(trace.value("dense1")[7]);
    assertThat(c.sum()).isEqualTo(c.value(), within(1e-4));
    assertThat(listed + c.rest() + c.bias()).isEqualTo(c.sum(), within(1e-12));
    assertThat(c.positive() + c.negative() + c.bias()).isEqualTo(c.sum(), within(1e-12));
    assertThat(c.strongest()).hasSize(12);
    assertThat(c.others()).isEqualTo(1568 - 12);
    assertThat(c.maps()).isEqualTo("relu2");
    float[] maps = trace.value("relu2");
    double last = Double.POSITIVE_INFINITY;
    for (Calculation.Contribution each : c.strongest()) {
      assertThat(each.x()).isEqualTo(maps[(each.channel() * 7 + each.i()) * 7 + each.j()]);
      assertThat(Math.abs(each.product())).isLessThanOrEqualTo(last);
      last = Math.abs(each.product());
    }
  }

  @Test
  void everyLayer_ofAResidualNetwork_isWorkedOut() {
    Network network =
        Network.of(Zoo.named("resnet8").graph(Shape.of(1, 12, 12), 5), Initializer.he(), 3);
    InspectedModel model = InspectedModel.of(network, KernelSet.REFERENCE);
    byte[] pixels = new byte[144];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) (255 * RandomKey.of(9).uniform(k));
    }
    ForwardTrace trace = model.forward(Image.of(1, 12, 12, pixels));
    Calculator calculator = new Calculator(network, trace);
    for (String node : trace.names().subList(1, trace.names().size())) {
      float[] value = trace.value(node);
      Calculation c = calculator.of(new Calculator.Position(node, 0, 0, 0), 3);
      assertThat(c.value()).as(node).isEqualTo(value[0]);
      double worked =
          switch (c) {
            case Calculation.Convolution x -> x.sum();
            case Calculation.Pooling x -> x.divisor() == 0 ? x.sum() : x.sum() / x.divisor();
            case Calculation.Function x -> Math.max(0, x.x());
            case Calculation.Normalisation x -> x.result();
            case Calculation.Weighted x -> x.sum();
            case Calculation.Joined x -> x.result();
            case Calculation.HandedOn x -> x.x();
            case Calculation.Unshown x -> throw new AssertionError(node + ": " + x.layer());
          };
      assertThat(worked).as(node).isEqualTo(c.value(), within(1e-5 * (1 + Math.abs(c.value()))));
    }
  }
}
