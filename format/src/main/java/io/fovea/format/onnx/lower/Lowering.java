package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.lower.Value.Known;
import io.fovea.format.onnx.operator.ConstantFolding;
import io.fovea.format.onnx.operator.Operators;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ImportRefusal;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.format.weights.StoredAnswers;
import io.fovea.layer.Dense;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lowers an ONNX graph to a graph of core's layers. Constants are folded, views are followed
 * instead of computed ({@link Axes}), and several nodes that exporters write for one layer become
 * that layer. The number of images is open: sizes are computed for two numbers of images, and those
 * that differ are the batch.
 */
public final class Lowering {
  /**
   * The result of lowering an ONNX graph.
   *
   * @param graph the layers
   * @param weights their values
   * @param notes notes for the user, a sentence each
   * @param isMultiLabel whether the file ends in sigmoids, of which each is of a class of its own
   */
  public record Lowered(Graph graph, Weights weights, List<String> notes, boolean isMultiLabel) {
    public Lowered {
      notes = List.copyOf(notes);
    }
  }

  private static final int[] TRIED = {2, 3};

  /** The most outputs, more than any classifier has; a small file can declare any number. */
  private static final int MOST_OUTPUTS = 1 << 24;

  /** Operators whose result holds the same values. */
  private static final Set<String> VIEWS =
      Set.of(
          "Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze");

  private final OnnxGraph graph;
  private final LoweringState state;
  private final String last;
  private boolean isMultiLabel;
  private boolean isBinary;
  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Lowering(OnnxGraph graph, LoweringState state) {
    this.graph = graph;
    this.state = state;
    String viewed = graph.outputs().getFirst().name();
    for (OnnxNode node : graph.nodes().reversed()) {
      if (VIEWS.contains(node.opType()) && node.outputs().getFirst().equals(viewed)) {
        viewed = node.inputs().getFirst();
      }
    }
    this.last = viewed; // the output but for its shape
  }

  /**
   * Lowers a graph.
   *
   * @param image the shape of one image if the file leaves it open
   * @param optimising whether layers are folded into others and dropout is removed
   * @throws IllegalArgumentException if a node is not lowered; the message names all such nodes
   */
  public static Lowered of(OnnxGraph graph, Optional<Shape> image, boolean optimising) {
    OnnxGraph folded = Patterns.replaced(ConstantFolding.folded(graph));
    ValueInfo input = input(folded);
    boolean channelsLast = isChannelsLast(folded, input);
    Shape shape = ImageShape.of(input, image, channelsLast);
    List<Dimension> dims = input.dims();
    boolean fixed = dims != null && dims.getFirst().isFixed() && dims.getFirst().size() > 0;
    // A size that differs between two numbers of images depends on the batch.
    int[] batches = fixed && dims != null ? new int[] {dims.getFirst().size()} : TRIED;
    Axes axes = channelsLast ? Axes.of(shape).permuted(new int[] {0, 2, 3, 1}) : Axes.of(shape);
    LoweringState state =
        new LoweringState(new LayerGraphBuilder(shape), folded.opset(), batches, folded.read());
    folded.initializers().forEach((name, x) -> state.values().put(name, new Known(List.of(x))));
    state.values().put(input.name(), new Computed(LayerGraphBuilder.INPUT, axes));
    Lowering lowering = new Lowering(folded, state);
    lowering.nodes();
    return lowering.finish(optimising);
  }

  private static ValueInfo input(OnnxGraph graph) {
    Set<String> read = graph.read();
    List<ValueInfo> inputs =
        graph.inputs().stream().filter(input -> read.contains(input.name())).toList();
    if (inputs.size() != 1 || graph.outputs().size() != 1) {
      throw new ImportRefusal(
          "a network has one input and one output, the file %d and %d (%s)"
              .formatted(inputs.size(), graph.outputs().size(), names(graph)),
          "OnnxModel computes such a file",
          ImportRefusal.Cure.AS_IT_IS);
    }
    return inputs.getFirst();
  }

  /** Whether images are channels-last, as in Keras, whose exporter transposes them first. */
  private static boolean isChannelsLast(OnnxGraph graph, ValueInfo input) {
    List<OnnxNode> readers =
        graph.nodes().stream().filter(node -> node.inputs().contains(input.name())).toList();
    return !readers.isEmpty()
        && readers.stream()
            .allMatch(
                node ->
                    node.opType().equals("Transpose")
                        && Arrays.equals(node.integers("perm"), new long[] {0, 3, 1, 2}));
  }

  private static String names(OnnxGraph graph) {
    List<String> names = new ArrayList<>();
    graph.inputs().forEach(input -> names.add(input.name()));
    graph.outputs().forEach(output -> names.add(output.name()));
    return String.join(", ", names);
  }

  private void nodes() {
    for (OnnxNode node : graph.nodes()) {
      List<Value> inputs = inputs(node);
      boolean known = inputs.stream().allMatch(value -> value instanceof Known);
      boolean missing = inputs.stream().anyMatch(value -> value instanceof Value.Missing);
      Consumer<LoweringContext> operator =
          node.domain().isEmpty() ? LoweringRegistry.operator(node.opType()) : null;
      try {
        if (known && Operators.isSupported(node)) {
          compute(node);
        } else if (missing || !isProbabilityAtEnd(node)) {
          if (operator == null) {
            throw new IllegalArgumentException("the operator is not lowered");
          }
          if (!missing) {
            operator.accept(new LoweringContext(state, node));
          }
        }
      } catch (IllegalArgumentException
          | ArithmeticException
          | IndexOutOfBoundsException
          | NegativeArraySizeException reason) {
        // Collected, so that one message names all nodes that are not lowered.
        problems.add(
            "%s, opset %d: %s"
                .formatted(node.label(), graph.opset(node.domain()), reason.getMessage()));
      }
      // What has no value is missing: its readers are no problems of their own.
      for (String output : node.outputs()) {
        state.values().putIfAbsent(output, new Value.Missing());
      }
    }
  }

  private List<Value> inputs(OnnxNode node) {
    return node.inputs().stream()
        .filter(name -> !name.isEmpty())
        .map(name -> state.values().getOrDefault(name, new Value.Missing()))
        .toList();
  }

  /** Computes a node whose inputs are known, for each number of images. */
  private void compute(OnnxNode node) {
    List<List<NdArray>> results = new ArrayList<>();
    for (int variant = 0; variant < state.batches().length; variant++) {
      List<@Nullable NdArray> inputs = new ArrayList<>();
      for (String name : node.inputs()) {
        Value value = state.values().get(name);
        inputs.add(
            value instanceof Known known
                ? known.variants().get(Math.min(variant, known.variants().size() - 1))
                : null);
      }
      results.add(Operators.apply(node, graph.opset(node.domain()), inputs, Workers.of(1)));
    }
    for (int k = 0; k < Math.min(results.getFirst().size(), node.outputs().size()); k++) {
      int output = k;
      List<NdArray> variants = results.stream().map(arrays -> arrays.get(output)).toList();
      state.values().put(node.outputs().get(k), new Known(variants));
    }
  }

  /**
   * Whether a node is a softmax at the end, or a sigmoid that is no layer of a network of Fovea:
   * classifiers and losses take logits and compute it themselves.
   */
  private boolean isProbabilityAtEnd(OnnxNode node) {
    String rule = graph.about().metadata().getOrDefault(StoredAnswers.ANSWERS, "");
    boolean isForeign = rule.isEmpty() && !graph.about().producer().startsWith("Fovea");
    boolean isSigmoid =
        node.opType().equals("Sigmoid") && (isForeign || rule.contains("thresholds"));
    boolean fits = isSigmoid || List.of("Softmax", "LogSoftmax").contains(node.opType());
    if (!fits || !node.outputs().getFirst().equals(last)) {
      return false;
    }
    LoweringContext context = new LoweringContext(state, node);
    Computed x = context.computed(0);
    Shape shape = context.shape(x.nodeId());
    if (!isSigmoid && !ActivationOps.isOverChannels(context, x, shape)) {
      return false;
    }
    isBinary = isSigmoid && isForeign && shape.elements() == 1;
    isMultiLabel = isSigmoid && !isBinary;
    notes.add(
        "%s at the end is left out: the network gives logits%s, and a classifier has its own %s"
            .formatted(
                node.label(),
                isBinary ? " of two classes, 0 and the file's" : "",
                isMultiLabel ? "sigmoid" : "softmax"));
    context.output(x);
    return true;
  }

  private Lowered finish(boolean optimising) {
    if (!problems.isEmpty()) {
      throw new ImportRefusal(
          "%d of %d nodes %s not lowered to layers: %s"
              .formatted(
                  problems.size(),
                  graph.nodes().size(),
                  problems.size() == 1 ? "is" : "are",
                  String.join("; ", problems)),
          "OnnxModel computes the file as it is",
          ImportRefusal.Cure.AS_IT_IS);
    }
    String name = graph.outputs().getFirst().name();
    if (!(state.values().get(name) instanceof Computed y)) {
      throw new IllegalArgumentException(
          "the output %s does not depend on the input; there is nothing to train or to predict"
              .formatted(name));
    }
    LayerGraphBuilder builder = state.builder();
    int own = end(y);
    if (isBinary) { // a softmax of 0 and z gives the second class the sigmoid of z
      Map<String, float[]> weight = Map.of("weight", new float[] {0, 1});
      own = builder.add("classes", new Dense(2, false), List.of(own), weight);
    }
    int end = GraphOptimizer.of(builder, own, optimising);
    builder.dropUnused(end);
    if (end == LayerGraphBuilder.INPUT) {
      throw new IllegalArgumentException(
          "the output %s is the input itself; there is no layer".formatted(name));
    }
    Graph lowered = builder.graph();
    if (lowered.output().elements() > MOST_OUTPUTS) {
      throw new IllegalArgumentException(
          "gives %d numbers an image; a network gives at most %d, a label each"
              .formatted(lowered.output().elements(), MOST_OUTPUTS));
    }
    return new Lowered(lowered, builder.weights(lowered), notes, isMultiLabel);
  }

  /** The id of the network's output: maps as N,C,H,W, or a row; maps of one pixel become a row. */
  private int end(Computed y) {
    Shape shape = state.builder().shape(y.nodeId());
    boolean isRow = y.axes().factors().equals(Axes.of(Shape.of(shape.elements())).factors());
    if (!isRow && y.axes().rank() == 4) {
      return state.maps(y, y.view());
    }
    if (!isRow && !FlattenOrder.isLogical(y.axes(), shape)) {
      throw new IllegalArgumentException(
          "the output is flattened as %s; core flattens as N,CHW".formatted(y.axes()));
    }
    return state.row(y.nodeId(), y.view());
  }
}
