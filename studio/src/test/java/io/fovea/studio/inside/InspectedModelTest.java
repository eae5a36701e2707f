package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import io.fovea.explain.FeatureMaps;
import io.fovea.explain.Subject;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.studio.web.Book;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class InspectedModelTest {
  @Test
  void description_everyLayersChapter_isInTheBook() throws IOException {
    Book book = new Book();
    for (Description.Node node : Description.of(Digits.model()).nodes()) {
      assertThat(book.page(node.chapter())).as(node.name()).isPresent();
    }
  }

  @Test
  void forward_testImages_answersAsTheLibraryDoes() throws IOException {
    InspectedModel model = Digits.model();
    int right = 0;
    for (Examples.Example example : Examples.all()) {
      Subject subject = subject(model, example.image());
      Prediction library = subject.prediction();
      ForwardTrace trace = model.forward(example.image());
      for (int k = 0; k < 10; k++) {
        double expected = library.probabilities().get(k);
        assertThat(trace.scores().get(k))
            .isEqualTo(expected, within(1e-6)); // it computes batch norms apart
      }
      right += library.index() == example.label() ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(97); // it was trained to 99.3 % of the test images
  }

  @Test
  void forward_everyLayer_hasTheLibrarysBits() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(7);
    ForwardTrace trace = model.forward(image);
    for (FeatureMaps.Layer layer : FeatureMaps.of(subject(model, image))) {
      assertThat(trace.value(layer.node())).as(layer.node()).isEqualTo(layer.value().toArray());
    }
  }

  @Test
  void forward_interrupted_isCancelledAndTheNextOneAnswered() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(7);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> model.forward(image))
        .isInstanceOf(CancellationException.class)
        .hasMessage("look: interrupted while waiting for another computation; try again");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(model.forward(image).names()).isNotEmpty();
  }

  private static Subject subject(InspectedModel model, Image image) {
    return Subject.of(model.network(), image, Workers.of(1), KernelSet.fastest());
  }

  /**
   * Numeric gradients: the loss with one weight moved a little, by the library's own forward pass.
   */
  @Test
  void backward_weights_agreeWithNumericGradients() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(4);
    BackwardTrace trace = model.backward(image, 9, 0.01f);
    for (String name : new String[] {"dense1.weight", "dense1.bias", "bn2.weight", "bn2.bias"}) {
      float[] gradient = trace.parameterGradient(name);
      int k = largest(gradient);
      double step = 1e-2;
      double numeric =
          (loss(model, name, k, step, image) - loss(model, name, k, -step, image)) / (2 * step);
      assertThat((double) gradient[k])
          .as(name)
          .isEqualTo(numeric, within(0.02 * Math.abs(numeric) + 1e-4));
    }
  }

  private static int largest(float[] values) {
    int largest = 0;
    for (int k = 0; k < values.length; k++) {
      largest = Math.abs(values[k]) > Math.abs(values[largest]) ? k : largest;
    }
    return largest;
  }

  private static double loss(InspectedModel model, String name, int k, double step, Image image) {
    Network network = model.network();
    Map<String, float[]> values = new LinkedHashMap<>();
    network.weights().names().forEach(each -> values.put(each, network.weights().values(each)));
    float[] moved = values.getOrDefault(name, new float[0]);
    moved[k] += (float) step;
    Network other =
        Network.of(
            network.graph(),
            Weights.of(network.graph(), values),
            network.preprocessing(),
            network.labels());
    Prediction answer = Subject.of(other, image, Workers.of(1), KernelSet.REFERENCE).prediction();
    return -Math.log(answer.probabilities().get(9));
  }

  @Test
  void backward_oneStep_changesTheCopyAlone() throws IOException {
    InspectedModel model = Digits.model();
    Image image = Digits.image(4);
    ForwardTrace before = model.forward(image);
    BackwardTrace trace = model.backward(image, 9, 0.002f);
    float[] w = model.network().weights().values("conv1.weight");
    float[] dw = trace.parameterGradient("conv1.weight");
    float[] next = trace.stepped().values("conv1.weight");
    for (int k = 0; k < w.length; k++) {
      assertThat(next[k]).isEqualTo(w[k] - 0.002f * dw[k]);
    }
    assertThat(trace.loss()).isEqualTo(-Math.log(before.scores().get(9)), within(1e-6));
    assertThat(trace.lossAfter()).isLessThan(trace.loss());
    assertThat(trace.lossAfter()).isEqualTo(-Math.log(trace.after().scores().get(9)), within(1e-6));
    assertThat(trace.stepped().values("bn1.running_mean"))
        .isEqualTo(model.network().weights().values("bn1.running_mean"));
    assertThat(model.forward(image).logits()).isEqualTo(before.logits());
  }

  @Test
  void of_otherNetworks_errorNamesTheFault() {
    Network deep = Network.input(2, 8, 8).flatten().dense(3).build(Initializer.he(), 1);
    assertThatThrownBy(() -> InspectedModel.of(deep, KernelSet.REFERENCE))
        .hasMessage(
            "look: expects a network of pictures with 1 or 3 channels, got one for inputs of shape 2x8x8; only pictures can be drawn");
    Network maps = Network.input(1, 8, 8).relu().build(Initializer.he(), 1);
    assertThatThrownBy(() -> InspectedModel.of(maps, KernelSet.REFERENCE))
        .hasMessage(
            "look: expects a network whose output is a vector of classes, got an output of 1x8x8");
  }
}
