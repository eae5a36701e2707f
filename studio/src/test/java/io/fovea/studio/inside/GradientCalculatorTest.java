package io.fovea.studio.inside;

import static io.fovea.network.ConvOption.dilation;
import static io.fovea.network.ConvOption.groups;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.random.RandomKey;
import io.fovea.studio.inside.Calculator.Position;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The products that are shown add up to the gradients that core's backward pass has computed. */
class GradientCalculatorTest {
  private static final int LABEL = 2;

  private static Image noise(int channels, int side) {
    byte[] pixels = new byte[channels * side * side];
    RandomKey key = RandomKey.of(31);
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) (int) (256 * key.uniform(k));
    }
    return Image.of(channels, side, side, pixels);
  }

  private static GradientCalculator calculator(InspectedModel model, Image image) {
    return new GradientCalculator(model.network(), model.backward(image, LABEL, 0), LABEL, 12);
  }

  private static InspectedModel inspected(NetworkBuilder builder) {
    return InspectedModel.of(builder.build(Initializer.he(), 1), KernelSet.fastest());
  }

  /** One layer of every kind that is worked out, with strides, groups and paths that part. */
  private static NetworkBuilder network() {
    return Network.input(3, 21, 21)
        .conv2d(6, 3, stride(2), padding(1))
        .batchNorm2d()
        .tanh()
        .as("a")
        .conv2d(6, 3, padding(2), dilation(2), groups(3))
        .maxPool2d(2)
        .relu()
        .as("b")
        .residual(block -> block.conv2d(6, 3, padding(1)).silu())
        .concat("b")
        .avgPool2d(2)
        .as("c")
        .globalAvgPool2d()
        .as("means")
        .from("c")
        .globalMaxPool2d()
        .add("means")
        .multiply("means")
        .dense(7)
        .sigmoid()
        .dense(4);
  }

  @Test
  void value_everyNodeAndPlace_addsUpToTheModelsGradient() {
    InspectedModel model = inspected(network());
    Image image = noise(3, 21);
    GradientCalculator calculator = calculator(model, image);
    BackwardTrace trace = model.backward(image, LABEL, 0);
    List<String> names = new ArrayList<>(List.of(Graph.INPUT));
    model.network().graph().nodes().forEach(node -> names.add(node.name()));
    for (String name : names) {
      float[] gradient = trace.gradient(name);
      Shape shape = model.network().graph().shape(name);
      int width = shape.rank() == 3 ? shape.size(2) : 1;
      int area = shape.rank() == 3 ? shape.size(1) * width : 1;
      for (int k = 0; k < gradient.length; k++) {
        Position at = new Position(name, k / area, k % area / width, k % width);
        List<GradientSource> sources = calculator.ofValue(at);
        assertThat(sources).as(name).noneMatch(GradientSource.UnshownGradient.class::isInstance);
        assertThat(sources.stream().mapToDouble(GradientSource::sum).sum())
            .as("%s", at)
            .isEqualTo(gradient[k], within(1e-6 + 1e-4 * Math.abs(gradient[k])));
      }
    }
  }

  @Test
  void weight_everyParameter_addsUpToTheModelsGradient() {
    InspectedModel model = inspected(network());
    Image image = noise(3, 21);
    GradientCalculator calculator = calculator(model, image);
    BackwardTrace trace = model.backward(image, LABEL, 0);
    assertThat(trace.parameters()).hasSizeGreaterThan(9);
    for (String name : trace.parameters()) {
      float[] gradient = trace.parameterGradient(name);
      for (int k = 0; k < gradient.length; k++) {
        GradientSource source = calculator.ofWeight(name, k);
        assertThat(source).isInstanceOf(GradientSource.Terms.class);
        assertThat(source.sum())
            .as("%s %d", name, k)
            .isEqualTo(gradient[k], within(1e-6 + 1e-4 * Math.abs(gradient[k])));
      }
    }
  }

  @Test
  void convolution_filters_areTheGradientsAndWeightsThemselves() throws IOException {
    InspectedModel model = Digits.model();
    BackwardTrace trace = model.backward(Digits.image(4), 9, 0);
    GradientCalculator calculator = new GradientCalculator(model.network(), trace, 9, 12);
    GradientSource.Filters source =
        (GradientSource.Filters)
            calculator.ofValue(new Position("relu1", 3, 6, 0)).getFirst(); // at the edge
    float[] dy = trace.gradient("conv2");
    float[] w = model.network().weights().values("conv2.weight");
    assertThat(source.filters()).hasSize(32);
    assertThat(source.place()).isEqualTo(new Calculation.WindowPosition(4, 0, 5, 3, 1, 1));
    for (Calculation.Taps taps : source.filters()) {
      for (int tap = 0; tap < 25; tap++) {
        int i = 6 + 2 - tap / 5;
        int j = 2 - tap % 5;
        assertThat(source.inside().get(tap)).isEqualTo(j >= 0);
        assertThat(taps.w().get(tap)).isEqualTo(w[(taps.channel() * 16 + 3) * 25 + tap]);
        assertThat(taps.x().get(tap))
            .isEqualTo(j >= 0 ? dy[(taps.channel() * 14 + i) * 14 + j] : 0f);
      }
    }
  }

  @Test
  void lastLayer_isTheProbabilityLessTheTarget() throws IOException {
    InspectedModel model = Digits.model();
    BackwardTrace trace = model.backward(Digits.image(4), 9, 0);
    GradientCalculator calculator = new GradientCalculator(model.network(), trace, 9, 12);
    String last = model.network().graph().nodes().getLast().name();
    for (int k = 0; k < 10; k++) {
      GradientSource.Loss loss =
          (GradientSource.Loss) calculator.ofValue(new Position(last, k, 0, 0)).getFirst();
      assertThat(loss.target()).isEqualTo(k == 9 ? 1 : 0);
      assertThat(loss.sum()).isEqualTo(trace.gradient(last)[k], within(1e-6));
    }
  }
}
