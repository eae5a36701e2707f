package io.fovea.network.execution;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.reference.ReferenceConv2d;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs with more than one way through them: values, and gradients that are added up. */
class TapeTest {
  private static final long SEED = 20260122;
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  private static Passes passes(Graph graph, int images, KernelSet kernels) {
    return new Passes(graph, images, SEED, kernels, WORKERS);
  }

  /** Two residual blocks; the value "a" is used three times. */
  private static Graph residual() {
    return Network.input(2, 5, 4)
        .conv2d(3, 3, padding(1))
        .as("a")
        .relu()
        .conv2d(3, 3, padding(1))
        .as("b")
        .add("a")
        .relu()
        .add("a")
        .flatten()
        .dense(2)
        .as("out")
        .graph();
  }

  /** The same in double, by hand, in memory order; returns sum(dy * out). */
  private static double residual(Map<String, double[]> v, double[] dy, int images) {
    double[] a = conv(v, "input", "a", 2, images);
    double[] b =
        conv(
            Map.of("relu", relu(a), "b.weight", get(v, "b.weight"), "b.bias", get(v, "b.bias")),
            "relu",
            "b",
            3,
            images);
    double[] sum = plus(relu(plus(b, a)), a);
    int[] logical = Shape.of(3, 5, 4).logicalOrder();
    double loss = 0;
    for (int n = 0; n < images; n++) {
      for (int o = 0; o < 2; o++) {
        double y = get(v, "out.bias")[o];
        for (int i = 0; i < logical.length; i++) {
          y += get(v, "out.weight")[o * logical.length + logical[i]] * sum[n * logical.length + i];
        }
        loss += dy[n * 2 + o] * y;
      }
    }
    return loss;
  }

  private static double[] get(Map<String, double[]> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static double[] conv(
      Map<String, double[]> v, String x, String node, int channels, int images) {
    double[] y = new double[images * 3 * 5 * 4];
    new ReferenceConv2d(new Conv2dGeometry(channels, 5, 4, 3, 1, Window.square(3, 1, 1, 1)))
        .forward(y, get(v, x), get(v, node + ".weight"), get(v, node + ".bias"), images);
    return y;
  }

  private static double[] relu(double[] x) {
    return Arrays.stream(x).map(value -> Math.max(value, 0)).toArray();
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void backward_valueUsedThreeTimes_addsItsGradients(KernelSet kernels) {
    int images = 3;
    Passes passes = passes(residual(), images, kernels);
    Map<String, double[]> v = new LinkedHashMap<>();
    passes.values.forEach((name, values) -> v.put(name, Bound.widen(values)));
    v.put("input", Bound.widen(Bound.memory(passes.x)));
    double[] dy = new Draw(SEED + 1).doubles(images * 2);
    Tape tape = passes.forward();
    tape.backward(Tensor.of(Shape.of(2), images, Bound.narrow(dy)));
    for (Map.Entry<String, double[]> entry : v.entrySet()) {
      double[] numeric = numeric(entry.getValue(), () -> residual(v, dy, images));
      float[] ours =
          entry.getKey().equals("input")
              ? Bound.memory(tape.gradient("input"))
              : passes.gradient(entry.getKey());
      assertRelative("d " + entry.getKey(), Arrays.copyOf(ours, numeric.length), numeric);
    }
  }

  private static double[] numeric(double[] v, DoubleSupplier loss) {
    double[] gradient = new double[v.length];
    double step = 1e-6;
    for (int i = 0; i < v.length; i++) {
      double before = v[i];
      v[i] = before + step;
      double up = loss.getAsDouble();
      v[i] = before - step;
      gradient[i] = (up - loss.getAsDouble()) / (2 * step);
      v[i] = before;
    }
    return gradient;
  }

  /** Floats against central differences: rounding of some tens of terms, 1e-6 of the largest. */
  private static void assertRelative(String what, float[] actual, double[] expected) {
    Bound.assertClose("seed " + SEED + " " + what, Bound.widen(actual), expected, 1e-6);
  }

  @Test
  void backward_valueAddedToItself_getsThreeTimesTheGradient() {
    Graph graph =
        Network.input(2, 2, 2).conv2d(3, 1).as("a").add("a", "a").relu().as("end").graph();
    Passes passes = passes(graph, 2, KernelSet.VECTOR);
    Tape tape = passes.forward();
    assertThat(tape.value("add1").toArray()).isEqualTo(times3(tape.value("a").toArray()));
    float[] dy = new Draw(SEED).integers(2 * 12, 50);
    tape.backward(Tensor.of(Shape.of(3, 2, 2), 2, dy));
    assertThat(tape.gradient("a").toArray()).isEqualTo(times3(tape.gradient("add1").toArray()));
  }

  private static float[] times3(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i] + values[i] + values[i];
    }
    return result;
  }

  /** Maps joined, flattened, joined again with other features, and a dense layer behind. */
  private static Graph concatenating() {
    return Network.input(2, 4, 3)
        .conv2d(3, 1)
        .as("p")
        .from("input")
        .conv2d(5, 3, padding(1))
        .as("q")
        .concat("p")
        .as("maps")
        .flatten()
        .as("flatMaps")
        .from("p")
        .flatten()
        .as("flatP")
        .from("q")
        .globalAvgPool2d()
        .as("means")
        .concat("flatMaps", "flatP")
        .as("features")
        .dense(4)
        .as("out")
        .graph();
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void forward_concatenatedMapsAndFeatures_isInLogicalOrder(KernelSet kernels) {
    int images = 2;
    Passes passes = passes(concatenating(), images, kernels);
    Tape tape = passes.forward();
    assertThat(tape.value("maps").shape()).isEqualTo(Shape.of(8, 4, 3));
    assertThat(tape.value("features").shape().elements()).isEqualTo(5 + 8 * 12 + 3 * 12);
    float[] maps = joined(images, tape, "q", "p");
    assertThat(tape.value("maps").toArray()).isEqualTo(maps);
    float[] features = joined(images, tape, "means", "maps", "p");
    assertThat(tape.value("features").toArray()).isEqualTo(features);
    int in = features.length / images;
    float[] w = passes.values.get("out.weight");
    float[] b = passes.values.get("out.bias");
    double[] y = new double[images * 4];
    double[] sizes = new double[images * 4];
    for (int k = 0; k < y.length; k++) {
      y[k] = Objects.requireNonNull(b)[k % 4];
      sizes[k] = Math.abs(y[k]);
      for (int f = 0; f < in; f++) {
        double product =
            (double) features[k / 4 * in + f] * Objects.requireNonNull(w)[k % 4 * in + f];
        y[k] += product;
        sizes[k] += Math.abs(product);
      }
    }
    Bound.assertWithin(kernels + " out", tape.output().toArray(), y, sizes, in);
  }

  /** The logical values of some nodes, image by image one behind the other. */
  private static float[] joined(int images, Tape tape, String... nodes) {
    float[] all = new float[Arrays.stream(nodes).mapToInt(n -> tape.value(n).elements()).sum()];
    int at = 0;
    for (int n = 0; n < images; n++) {
      for (String node : nodes) {
        Tensor value = tape.value(node);
        int elements = value.shape().elements();
        System.arraycopy(value.toArray(), n * elements, all, at, elements);
        at += elements;
      }
    }
    return all;
  }
}
