package io.fovea.gradcheck;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.reference.FloatDouble;
import io.fovea.layer.Clip;
import io.fovea.layer.Elu;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerKernel;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.PRelu;
import io.fovea.layer.Parameter;
import io.fovea.layer.Relu;
import io.fovea.layer.Selu;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.network.Graph;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One layer of a check with random inputs, weights and output gradient r, all of them floats, so
 * that both precisions compute with the same numbers.
 */
final class GradientCheckCase {
  /**
   * From this number of multiply-adds on fewer elements are compared, because each costs two
   * forward passes.
   */
  private static final long LARGE = 200_000;

  /** The output and the gradients by name: dx (dx1 ...), dweight, dbias. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Gradients(double[] y, Map<String, double[]> gradients) {}

  private final Graph.Node node;
  private final Layer layer;
  private final List<Shape> shapes;
  private final RandomKey key;
  private final int count;
  private final List<float[]> inputs = new ArrayList<>();
  private final Map<String, float[]> weights = new LinkedHashMap<>();
  private final Map<String, float[]> buffers = new HashMap<>();
  private final float[] r;

  GradientCheckCase(Graph.Node node, List<Shape> shapes, RandomKey key) {
    this.node = node;
    this.layer = node.layer();
    this.shapes = shapes;
    this.key = key;
    this.count = layer.multiplyAdds(shapes) > LARGE ? 1 : 2;
    for (int k = 0; k < shapes.size(); k++) {
      inputs.add(input(count * shapes.get(k).elements(), key.with("x").with(k)));
    }
    for (Parameter parameter : layer.parameters(shapes)) {
      float[] values = normal(parameter.shape().elements(), key.with(parameter.name()));
      if (parameter.role().isTrained()) {
        weights.put(parameter.name(), values);
      } else {
        buffers.put(parameter.name(), values);
      }
    }
    r = normal(count * layer.output(shapes).elements(), key.with("r"));
  }

  private float[] input(int length, RandomKey own) {
    float[] x = normal(length, own);
    for (double kink : kinks()) {
      for (int i = 0; i < length; i++) {
        double distance = x[i] - kink;
        if (Math.abs(distance) < 0.1) { // several steps away
          x[i] = (float) (kink + Math.copySign(0.1, distance));
        }
      }
    }
    if (layer instanceof MaxPool2d || layer instanceof GlobalMaxPool2d) {
      int[] order = own.permutation(length);
      for (int i = 0; i < length; i++) {
        x[i] = (order[i] - length / 2) * 0.01f; // all different by more than the step
      }
    }
    return x;
  }

  /** The points where the layer's function or its derivative has a corner. */
  private double[] kinks() {
    return switch (layer) {
      case Relu _, LeakyRelu _, PRelu _, Elu _, Selu _ -> new double[] {0};
      case Clip clip -> new double[] {clip.min(), clip.max()};
      case HardSigmoid f -> new double[] {-f.beta() / f.alpha(), (1 - f.beta()) / f.alpha()};
      case HardSwish _ -> new double[] {-3, 3};
      default -> new double[0];
    };
  }

  private static float[] normal(int length, RandomKey own) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) own.normal(i);
    }
    return values;
  }

  Graph.Node node() {
    return node;
  }

  private RandomKey stepKey() {
    return key.with("dropout");
  }

  private ReferenceStep step(List<double[]> x, Map<String, double[]> w) {
    return new ReferenceStep(shapes, x, w, count, stepKey().with(node.name()));
  }

  private List<double[]> wideInputs() {
    return new ArrayList<>(inputs.stream().map(FloatDouble::widen).toList());
  }

  private Map<String, double[]> wideWeights() {
    Map<String, double[]> wide = new LinkedHashMap<>();
    weights.forEach((name, values) -> wide.put(name, FloatDouble.widen(values)));
    return wide;
  }

  Gradients reference() {
    ReferenceStep step = step(wideInputs(), wideWeights());
    double[] y = step.forward(layer).orElseThrow();
    ReferenceStep.Gradients back = step.backward(layer, FloatDouble.widen(r)).orElseThrow();
    Map<String, double[]> all = new LinkedHashMap<>();
    for (int k = 0; k < inputs.size(); k++) {
      all.put(k == 0 ? "dx" : "dx" + k, back.inputs().get(k));
    }
    weights.keySet().forEach(name -> all.put("d" + name, back.weights().get(name)));
    return new Gradients(y, all);
  }

  Gradients fast(KernelSet kernels, Workers workers) {
    List<Parameter> trained =
        layer.parameters(shapes).stream().filter(p -> p.role().isTrained()).toList();
    Map<String, float[]> stored = new HashMap<>(buffers);
    for (Parameter parameter : trained) {
      float[] logical = require(weights, parameter.name());
      stored.put(
          parameter.name(),
          LayerKernel.packing(kernels.kernels(false), layer, parameter, shapes).pack(logical));
    }
    Workspace workspace = Workspace.of(kernels, workers);
    workspace.beginTraining(stepKey());
    List<Tensor> x = new ArrayList<>();
    for (int k = 0; k < inputs.size(); k++) {
      x.add(Tensor.on(inputs.get(k), 0, shapes.get(k), count));
    }
    Values values = name -> require(stored, name);
    WorkspaceNode place = workspace.node(node.name());
    Step step = layer.forward(x, values, place);
    double[] y = FloatDouble.widen(step.output());
    List<Tensor> back = step.backward(Tensor.on(r, 0, step.output().shape(), count));
    Map<String, double[]> all = new LinkedHashMap<>();
    for (int k = 0; k < back.size(); k++) {
      all.put(k == 0 ? "dx" : "dx" + k, FloatDouble.widen(back.get(k)));
    }
    for (Parameter parameter : trained) {
      float[] gradient = place.gradient(parameter.name());
      float[] logical =
          LayerKernel.packing(kernels.kernels(false), layer, parameter, shapes).unpack(gradient);
      all.put("d" + parameter.name(), FloatDouble.widen(logical));
    }
    return new Gradients(y, all);
  }

  private static <V> V require(Map<String, V> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** The elements of a gradient to compare numerically: all of a small one, some of a large one. */
  int[] sample(int elements, String tensor) {
    int most = layer.multiplyAdds(shapes) > LARGE ? 12 : 200;
    int[] order = key.with("sample").with(tensor).permutation(elements);
    return java.util.Arrays.copyOf(order, Math.min(most, elements));
  }

  /**
   * (loss(v + e) - loss(v - e)) / 2e for the sampled elements v of the tensor that "d" + name
   * differentiates by.
   */
  double[] numeric(String tensor, int[] sample, double epsilon) {
    List<double[]> x = wideInputs();
    Map<String, double[]> w = wideWeights();
    double[] varied =
        tensor.startsWith("dx")
            ? x.get(tensor.equals("dx") ? 0 : Integer.parseInt(tensor.substring(2)))
            : require(w, tensor.substring(1));
    double[] numeric = new double[sample.length];
    for (int s = 0; s < sample.length; s++) {
      double before = varied[sample[s]];
      varied[sample[s]] = before + epsilon;
      double[] up = step(x, w).forward(layer).orElseThrow();
      varied[sample[s]] = before - epsilon;
      double[] down = step(x, w).forward(layer).orElseThrow();
      varied[sample[s]] = before;
      double sum = 0;
      for (int i = 0; i < r.length; i++) {
        sum += r[i] * (up[i] - down[i]);
      }
      numeric[s] = sum / (2 * epsilon);
    }
    return numeric;
  }
}
