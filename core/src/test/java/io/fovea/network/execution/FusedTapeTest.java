package io.fovea.network.execution;

import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.GradientSink;
import io.fovea.layer.MaxPool2d;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fused pass leaves values out, and changes no bit of what it keeps. */
@Order(1) // the longest first, so that none is left alone at the end
class FusedTapeTest {
  private static final long SEED = 20261124;
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  /**
   * Direct and Winograd convolutions, of whole vectors and not, with and without a ReLU to absorb.
   */
  private static Graph mixed() {
    return Network.input(3, 13, 14)
        .conv2d(16, 5, padding(2))
        .relu()
        .maxPool2d(2)
        .conv2d(33, 5, padding(2))
        .relu()
        .conv2d(17, 3, padding(1))
        .as("twice")
        .relu()
        .add("twice")
        .conv2d(8, 2)
        .relu()
        .flatten()
        .dense(10)
        .graph();
  }

  /** Convolutions, direct and Winograd, that only overlapping or padded poolings read. */
  private static Graph poolings() {
    return Network.input(2, 23, 26)
        .conv2d(17, 3, padding(1))
        .relu()
        .layer(new MaxPool2d(Window.square(3, 2, 1, 1)))
        .conv2d(20, 5, padding(2))
        .relu()
        .layer(new MaxPool2d(Window.square(3, 2, 0, 1)))
        .conv2d(16, 3, padding(1))
        .relu()
        .maxPool2d(2)
        .flatten()
        .dense(10)
        .graph();
  }

  /**
   * Batch normalisations of channels that fill vectors and do not, behind each a ReLU alone, a ReLU
   * beside another reader, a pooling behind the ReLU, or none.
   */
  private static Graph normed() {
    return Network.input(3, 11, 13)
        .conv2d(19, 3, padding(1))
        .batchNorm2d()
        .relu()
        .maxPool2d(2)
        .batchNorm2d()
        .as("twice")
        .relu()
        .add("twice")
        .conv2d(32, 3, padding(1))
        .batchNorm2d()
        .relu()
        .batchNorm2d()
        .relu()
        .batchNorm2d()
        .flatten()
        .dense(10)
        .graph();
  }

  /**
   * Convolutions by Winograd, of whole vectors and not, whose input a ReLU has made for them alone:
   * one behind a convolution, a batch normalisation, a group normalisation and a pooling.
   */
  private static Graph chained() {
    return Network.input(3, 12, 14)
        .conv2d(20, 5, padding(2))
        .relu()
        .conv2d(33, 5, padding(2))
        .relu()
        .conv2d(16, 3, padding(1))
        .batchNorm2d()
        .relu()
        .conv2d(32, 3, padding(1))
        .groupNorm(4)
        .relu()
        .conv2d(32, 3, padding(1))
        .maxPool2d(2)
        .relu()
        .conv2d(16, 5, padding(2))
        .relu()
        .maxPool2d(2)
        .flatten()
        .dense(10)
        .graph();
  }

  /**
   * Convolutions of all kinds, behind activations that are computed by themselves, or read twice.
   */
  private static Graph activated() {
    return Network.input(3, 12, 14)
        .conv2d(20, 1)
        .relu6()
        .depthwiseConv2d(3, padding(1))
        .silu()
        .conv2d(24, 1)
        .relu6()
        .conv2d(16, 3, padding(1), stride(2))
        .as("both")
        .silu()
        .add("both")
        .relu6()
        .conv2d(16, 3, padding(1))
        .relu()
        .flatten()
        .dense(10)
        .graph();
  }

  private static List<Graph> graphs() {
    return List.of(activated(), chained(), mixed(), poolings(), normed(), Passes.residuals());
  }

  private static List<Graph> zoo() {
    return List.of(
        Zoo.RESNET8.graph(Shape.of(3, 16, 16), 10),
        Zoo.POOLED.graph(Shape.of(1, 28, 28), 10),
        Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 12, 12), 10));
  }

  /** Everything that a training pass computes, by name. */
  private static Map<String, float[]> results(Graph graph, KernelSet kernels, boolean fused) {
    return results(graph, kernels, fused, List.of());
  }

  private static Map<String, float[]> results(
      Graph graph, KernelSet kernels, boolean fused, List<String> frozen) {
    int images = kernels == KernelSet.REFERENCE ? 2 : 5; // plain loops take long
    Passes passes = new Passes(graph, images, SEED, kernels, WORKERS);
    frozen.forEach(node -> passes.workspace.node(node).freeze());
    passes.workspace.beginTraining(RandomKey.of(0));
    Tape tape =
        fused
            ? Tape.fused(passes.weights, passes.workspace, passes.x)
            : Tape.forward(passes.weights, passes.workspace, passes.x);
    Map<String, float[]> results = new LinkedHashMap<>();
    results.put("output", tape.output().toArray());
    Shape output = graph.output();
    float[] dy = new Draw(SEED).reals(images * output.elements());
    tape.backward(Tensor.of(output, images, dy));
    for (Graph.Weight weight : graph.weights()) {
      String node = weight.name().substring(0, weight.name().indexOf('.'));
      if (weight.parameter().role().isTrained() && !frozen.contains(node)) {
        results.put(weight.name(), passes.gradient(weight.name()));
      }
    }
    return results;
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void lean_everyKernelSet_sameBitsAsForward(Graph graph) {
    for (KernelSet kernels : KernelSet.values()) {
      Map<String, float[]> whole = results(graph, kernels, false);
      results(graph, kernels, true)
          .forEach(
              (name, values) ->
                  Bound.assertSameBits(
                      kernels + " " + name, values, Objects.requireNonNull(whole.get(name))));
    }
  }

  @ParameterizedTest
  @Tag("gate")
  @MethodSource("zoo")
  void lean_zoo_sameBitsAsForward(Graph graph) {
    lean_everyKernelSet_sameBitsAsForward(graph);
  }

  /**
   * As training does it: the dense layer hands its gradient to a sink and writes dx over x, where x
   * is a convolution's own output. 9 images are more than a block of rows has, 3 are fewer.
   */
  @ParameterizedTest
  @ValueSource(ints = {3, 9})
  void lean_denseBehindAConvolution_sameGradientsInTheInputsPlace(int images) {
    Graph graph = Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 12, 12), 10);
    float[] dy = new Draw(SEED).reals(images * 10);
    for (KernelSet kernels : List.of(KernelSet.VECTOR, KernelSet.VECTOR_DIRECT)) {
      Passes whole = new Passes(graph, images, SEED, kernels, WORKERS);
      whole.forward().backward(Tensor.of(Shape.of(10), images, dy));
      Passes fused = new Passes(graph, images, SEED, kernels, WORKERS);
      float[] taken = new float[whole.workspace.node("dense1").gradient("weight").length];
      fused.workspace.node("dense1").sink("weight", collecting(taken));
      fused.workspace.beginTraining(RandomKey.of(0));
      Tape tape = Tape.fused(fused.weights, fused.workspace, fused.x);
      float[] place = tape.value("conv2").array();
      tape.backward(Tensor.of(Shape.of(10), images, dy));
      assertThat(tape.gradient("conv2").array()).isSameAs(place);
      Bound.assertSameBits(
          kernels + " dense1", taken, whole.workspace.node("dense1").gradient("weight"));
      for (String name : List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias")) {
        Bound.assertSameBits(kernels + " " + name, fused.gradient(name), whole.gradient(name));
      }
    }
  }

  /**
   * A convolution by Winograd writes dx over the output of the ReLU that it alone reads, through
   * that ReLU's gate; whoever made the output takes it as gated, be it frozen or not.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "conv1", "conv2", "conv3", "bn1", "conv4", "conv1 bn1"})
  void lean_convolutionBehindARelu_sameGradientsInTheReluOutputsPlace(String nodes) {
    Graph graph = chained();
    List<String> frozen = nodes.isEmpty() ? List.of() : List.of(nodes.split(" "));
    Map<String, float[]> whole = results(graph, KernelSet.VECTOR, false, frozen);
    results(graph, KernelSet.VECTOR, true, frozen)
        .forEach(
            (name, values) ->
                Bound.assertSameBits(name, values, Objects.requireNonNull(whole.get(name))));
  }

  /** Winograd's gradient is gated by a ReLU; others overwrite both sides of other activations. */
  @Test
  void lean_convolutionBehindAnActivation_writesOverWhatNobodyElseReads() {
    assertWritesOver(chained(), "relu1 relu2 relu3 relu4 relu5");
    assertWritesOver(activated(), "conv1 clip1 conv2 silu1 conv3 clip2");
  }

  private static void assertWritesOver(Graph graph, String nodes) {
    Tape tape = trained(graph);
    List<String> names = List.of(nodes.split(" "));
    List<float[]> values = names.stream().map(name -> tape.value(name).array()).toList();
    tape.backward(Tensor.of(graph.output(), 5, new Draw(SEED).reals(5 * 10)));
    for (int i = 0; i < names.size(); i++) {
      assertThat(tape.gradient(names.get(i)).array()).as(names.get(i)).isSameAs(values.get(i));
    }
  }

  private static GradientSink collecting(float[] target) {
    return new GradientSink() {
      @Override
      public void begin(int parts) {}

      @Override
      public void accept(int part, float[] gradient, int at, int from, int to) {
        System.arraycopy(gradient, at, target, from, to - from);
      }
    };
  }

  /** As in training, where every epoch ends with answers to the test images. */
  @Test
  void lean_behindAnAnswerOnTheSameWorkspace_sameBitsAsForward() {
    Graph graph = Zoo.POOLED.graph(Shape.of(1, 28, 28), 10);
    Map<String, float[]> whole = results(graph, KernelSet.VECTOR, false);
    Passes passes = new Passes(graph, 5, SEED, KernelSet.VECTOR, WORKERS);
    passes.workspace.beginInference();
    Tape.inference(passes.weights, passes.workspace, passes.x);
    passes.workspace.beginTraining(RandomKey.of(0));
    Tape tape = Tape.fused(passes.weights, passes.workspace, passes.x);
    tape.backward(Tensor.of(graph.output(), 5, new Draw(SEED).reals(5 * 10)));
    for (Graph.Weight weight : graph.weights()) {
      String name = weight.name();
      float[] expected = Objects.requireNonNull(whole.get(name));
      Bound.assertSameBits(name, passes.gradient(name), expected);
    }
  }

  @Test
  void value_ofWhatIsPooledAtOnce_errorNamesTheCure() {
    Graph graph = Zoo.POOLED.graph(Shape.of(1, 28, 28), 10);
    Tape tape = trained(graph);
    for (String name : List.of("conv1", "relu1", "conv2", "relu2")) {
      assertThatThrownBy(() -> tape.value(name))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              name
                  + ": a fused pass computes it together with the node behind it; use Tape.forward to get both values");
    }
    Passes passes = new Passes(graph, 5, SEED, KernelSet.VECTOR, WORKERS);
    passes.workspace.beginTraining(RandomKey.of(0));
    Tape whole = Tape.forward(passes.weights, passes.workspace, passes.x);
    for (String name : List.of("pool1", "pool2")) {
      Bound.assertSameBits(name, tape.value(name).toArray(), whole.value(name).toArray());
    }
  }

  private static Tape trained(Graph graph) {
    Passes passes = new Passes(graph, 5, SEED, KernelSet.VECTOR, WORKERS);
    passes.workspace.beginTraining(RandomKey.of(0));
    return Tape.fused(passes.weights, passes.workspace, passes.x);
  }
}
