package io.fovea.network.execution;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.CacheLines;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.LinearKernel;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.op.ScratchSizes.Call;
import io.fovea.kernel.op.ScratchSizes.Pass;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerKernel;
import io.fovea.layer.MaxPool2d;
import io.fovea.network.Graph;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The floats that passes through a network need, computed from its plan and from what each kernel
 * states of its scratch, without running one.
 */
public final class MemoryPlan {
  private final Graph graph;
  private final Kernels kernels;
  private final Plan plan;
  private final boolean inference;
  private final boolean[] needsInput; // of each node, in training: its input's gradient
  private final List<@Nullable LinearKernel> linear = new ArrayList<>(); // of each node

  /** The memory of inference, with weights that never change, or of training. */
  public MemoryPlan(Graph graph, KernelSet kernels, boolean inference) {
    this.graph = graph;
    this.kernels = kernels.kernels(inference);
    this.plan = new Plan(graph);
    this.inference = inference;
    this.needsInput = new boolean[graph.nodes().size()];
    for (int k = 0; k < needsInput.length; k++) {
      for (int input : plan.inputs(k)) {
        needsInput[k] |= input > 0 && (needsInput[input - 1] || plan.hasParameters(input - 1));
      }
    }
    for (Graph.Node node : graph.nodes()) {
      Shape x = graph.inputShapes(node).getFirst();
      linear.add(LayerKernel.linear(this.kernels, node.layer(), x));
    }
  }

  /** All parameters and buffers in the form that the kernels read, padding included. */
  public long weights() {
    return graph.weights().stream().mapToLong(this::stored).sum();
  }

  /** All parameters and buffers in logical order. */
  public long logicalWeights() {
    return graph.weights().stream()
        .mapToLong(weight -> weight.parameter().shape().elements())
        .sum();
  }

  /** The largest of them, in logical order: packing holds one at a time in both orders. */
  public long largestWeight() {
    return graph.weights().stream()
        .mapToLong(weight -> weight.parameter().shape().elements())
        .max()
        .orElse(0);
  }

  private long stored(Graph.Weight weight) {
    List<Shape> inputs = graph.inputShapes(weight.node());
    return LayerKernel.packing(kernels, weight.node().layer(), weight.parameter(), inputs)
        .storedLength();
  }

  public long derived() {
    return linear.stream().mapToLong(kernel -> kernel == null ? 0 : kernel.derived()).sum();
  }

  /** The gradients of all parameters that are kept after a backward pass. */
  public long gradients(boolean withDenseWeights) {
    return graph.weights().stream()
        .filter(weight -> withDenseWeights || !isDenseWeight(weight))
        .mapToLong(this::stored)
        .sum();
  }

  private static boolean isDenseWeight(Graph.Weight weight) {
    return weight.node().layer() instanceof Dense && weight.parameter().name().equals("weight");
  }

  /**
   * The values of an inference pass: of {@code count} images, of which {@code atOnce} at a time go
   * through the layers before the first heavy one.
   */
  public long inferenceValues(int count, int atOnce) {
    int cut = count > atOnce ? plan.cut() : Plan.NONE;
    long floats =
        plan.buffers()
            .floats(
                k -> {
                  int images = k < cut ? atOnce : count;
                  FusionGroup group = plan.group(k, true);
                  boolean isMap = k != group.pooling; // which only parts exist of, if it is pooled
                  return isMap && pooling(group.head, images, true) != null ? 0 : images;
                });
    if (cut != Plan.NONE) {
      Shape gathered = graph.inputShapes(graph.nodes().get(cut)).getFirst();
      floats += tensor(gathered, count);
    }
    return floats + zeroBiases();
  }

  public long inferenceScratch(int count, int atOnce, int threads) {
    ScratchSizes sizes = sizes(threads);
    int cut = count > atOnce ? plan.cut() : Plan.NONE;
    for (int k = 0; k < linear.size(); k++) {
      int images = k < cut ? atOnce : count;
      forward(k, new Call(images, pooling(k, images, true), false, false), sizes);
    }
    return sizes.floats();
  }

  private ScratchSizes sizes(int threads) {
    ScratchSizes sizes = new ScratchSizes(threads, inference);
    sizes.own(Scratch.VALUES, 2L * kernels.lanes());
    return sizes;
  }

  private void forward(int k, Call call, ScratchSizes sizes) {
    LinearKernel kernel = linear.get(k);
    if (kernel != null) {
      kernel.scratch(isTransposed(k) ? Pass.INPUT_GRADIENT : Pass.FORWARD, call, sizes);
    }
  }

  private boolean isTransposed(int k) {
    return graph.nodes().get(k).layer() instanceof ConvTranspose2d;
  }

  public long trainingValues(int count) {
    long floats = 2 * zeroBiases(); // and their gradients
    int[] readers = new int[linear.size() + 1];
    for (int k = 0; k < linear.size(); k++) {
      for (int input : plan.inputs(k)) {
        readers[input]++;
      }
      floats += ofNode(k, count);
    }
    for (int k = 0; k < linear.size(); k++) {
      if (readers[k + 1] > 1) {
        floats += tensor(graph.shape(graph.nodes().get(k).name()), count);
      }
    }
    return floats;
  }

  /** The output of a node that is computed by itself, and the gradients of its inputs. */
  private long ofNode(int k, int count) {
    Graph.Node node = graph.nodes().get(k);
    FusionGroup group = plan.group(k, false);
    boolean pooled = pooling(group.head, count, false) != null;
    long output = tensor(graph.shape(node.name()), count);
    if (k == group.pooling && pooled) {
      return 2 * output; // the positions of the maxima, too
    }
    if (k != group.head) {
      return k == group.pooling ? 2 * output + gradient(k, count) : 0;
    }
    long floats = pooled || node.layer() instanceof Flatten ? 0 : output;
    boolean twice = node.layer() instanceof MaxPool2d || node.layer() instanceof Dropout;
    floats += twice ? output : 0; // positions of maxima, or factors
    if (group.add != Plan.NONE && group.activation != Plan.NONE) {
      floats += output; // the gradient of both terms of the sum
    }
    LinearKernel kernel = linear.get(k);
    boolean overwrites =
        plan.ownsInput(k)
            && (!(kernel instanceof Conv2dKernel conv)
                || conv.canOverwriteInput() == plan.gatesInput(k));
    return floats + (needsInput[k] && !overwrites ? gradient(k, count) : 0);
  }

  private long gradient(int k, int count) {
    Graph.Node node = graph.nodes().get(k);
    int whole = graph.shape(node.name()).elements();
    return graph.inputShapes(node).stream()
        .filter(shape -> !passesOn(node.layer(), shape.elements() == whole))
        .mapToLong(shape -> tensor(shape, count))
        .sum();
  }

  /** Whether the gradient of an input is that of the output, so that it needs no memory. */
  private static boolean passesOn(Layer layer, boolean isWhole) {
    return layer instanceof Flatten || (layer instanceof Add && isWhole);
  }

  public long trainingScratch(int count, int threads) {
    ScratchSizes sizes = sizes(threads);
    for (int k = 0; k < linear.size(); k++) {
      boolean withInput = needsInput[k];
      boolean gated = plan.group(k, false).activation != Plan.NONE;
      Call call = new Call(count, pooling(k, count, false), gated, withInput);
      forward(k, call, sizes);
      Graph.Node node = graph.nodes().get(k);
      LayerKernel.normScratch(
          kernels, node.layer(), graph.inputShapes(node).getFirst(), count, sizes);
      LinearKernel kernel = linear.get(k);
      if (kernel != null) {
        kernel.scratch(Pass.WEIGHT_GRADIENT, call, sizes);
        if (withInput) {
          kernel.scratch(isTransposed(k) ? Pass.FORWARD : Pass.INPUT_GRADIENT, call, sizes);
        }
      }
    }
    return sizes.floats();
  }

  /** The max pooling that node k computes; null where there is none or the kernel cannot. */
  private @Nullable Pool2dGeometry pooling(int k, int images, boolean forInference) {
    FusionGroup group = plan.group(k, forInference);
    if (group.head != k || group.pooling == Plan.NONE) {
      return null;
    }
    Graph.Node node = graph.nodes().get(group.pooling);
    return LayerKernel.pooling(
        kernels,
        linear.get(k),
        node.layer(),
        graph.inputShapes(node).getFirst(),
        images,
        !forInference && needsInput[k]);
  }

  /** Biases of layers without one, at least so many as there are. */
  private long zeroBiases() {
    return graph.nodes().stream()
        .filter(node -> !(node.layer() instanceof ActivationLayer))
        .filter(node -> !node.layer().parameters(graph.inputShapes(node)).isEmpty())
        .mapToLong(node -> graph.shape(node.name()).size(0))
        .sum();
  }

  private static long tensor(Shape shape, int count) {
    return CacheLines.ALIGNED_START + (long) count * shape.elements();
  }
}
