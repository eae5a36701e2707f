package io.fovea.studio.inside;

import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.studio.inside.Calculator.Position;
import io.fovea.studio.inside.GradientSource.Term;
import io.fovea.studio.runs.TrainedLoss;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Computes the terms of one gradient of a backward pass: for each reader of a number the products
 * dy * w, or dy * x for a weight, whose sum is the gradient.
 *
 * @param label the class of the loss
 * @param strongest the number of listed products of a long sum
 */
public record GradientCalculator(Network network, BackwardTrace trace, int label, int strongest) {

  /**
   * The terms of the gradient of a value.
   *
   * @throws IllegalArgumentException if there is no such node or position
   */
  public List<GradientSource> ofValue(Position at) {
    new Calculator(network, trace.before()).requireInside(at);
    List<GradientSource> sources = new ArrayList<>();
    if (at.node().equals(network.graph().nodes().getLast().name())) {
      TrainedLoss trained = trace.before().trained();
      List<Double> scores = trace.before().scores();
      double factor = trained.factor(scores.size());
      double score = scores.get(at.channel());
      double target = trained.targets(label, scores.size()).get(at.channel());
      double dz = factor * (score - target);
      return List.of(new GradientSource.Loss(at.node(), factor, score, target, dz));
    }
    for (Graph.Node reader : network.graph().nodes()) {
      for (int input = 0; input < reader.inputs().size(); input++) {
        if (reader.inputs().get(input).equals(at.node())) {
          sources.addAll(from(reader, input, at));
        }
      }
    }
    return List.copyOf(sources);
  }

  private List<GradientSource> from(Graph.Node reader, int input, Position at) {
    return switch (reader.layer()) {
      case Conv2d conv -> List.of(filters(reader, conv, at));
      case Dense dense -> List.of(dense(reader, at));
      case MaxPool2d pool -> List.of(largest(reader, pool.window(), at));
      case AvgPool2d pool -> List.of(mean(reader, pool, at));
      case BatchNorm2d norm -> List.of(normalised(reader, norm, at));
      case ActivationLayer function ->
          List.of(same(reader, at, "f′(x)", function.derivative(value(at))));
      default -> simple(reader, input, at);
    };
  }

  /** Readers whose gradient does not depend on their attributes. */
  private List<GradientSource> simple(Graph.Node reader, int input, Position at) {
    Shape in = trace.before().maps(at.node());
    return switch (reader.layer()) {
      case Flatten _ -> ofValue(new Position(reader.name(), trace.before().index(at), 0, 0));
      case Dropout _, Dropout2d _ -> ofValue(at.in(reader.name()));
      case Add _ -> List.of(same(reader, at, "1", 1));
      case Multiply _ -> List.of(multiplied(reader, input, at));
      case Concat _ -> List.of(joined(reader, input, at));
      case GlobalAvgPool2d _ ->
          List.of(
              same(
                  reader,
                  new Position(at.node(), at.channel(), 0, 0),
                  "1/n",
                  1.0 / area(at.node())));
      case GlobalMaxPool2d _ ->
          List.of(largest(reader, new Window(in.size(1), in.size(2), 1, 1, 0, 0, 0, 0, 1, 1), at));
      default ->
          List.of(
              new GradientSource.UnshownGradient(
                  reader.name(), reader.layer().type(), gradient(at)));
    };
  }

  private int area(String node) {
    return trace.before().area(node);
  }

  private float gradient(Position at) {
    return trace.gradient(at.node())[trace.before().index(at)];
  }

  private float value(Position at) {
    return trace.before().value(at);
  }

  private float parameter(Graph.Node node, String name, int index) {
    return network.weights().values(node.name() + "." + name)[index];
  }

  private Term term(Position output, double factor) {
    float dy = gradient(output);
    return new Term(output.channel(), output.i(), output.j(), dy, factor, dy * factor);
  }

  /** A term for each number of a map. */
  private List<Term> everywhere(String node, int channel, ToDoubleFunction<Position> factor) {
    int width = trace.before().maps(node).size(2);
    List<Term> all = new ArrayList<>();
    for (int k = 0; k < area(node); k++) {
      Position output = new Position(node, channel, k / width, k % width);
      all.add(term(output, factor.applyAsDouble(output)));
    }
    return all;
  }

  /** The sum of some products, with the strongest ones listed. */
  private GradientSource terms(Graph.Node reader, String factor, List<Term> all) {
    ToDoubleFunction<Term> size = term -> -Math.abs(term.product());
    List<Term> first =
        all.stream().sorted(java.util.Comparator.comparingDouble(size)).limit(strongest).toList();
    double sum = all.stream().mapToDouble(Term::product).sum();
    double listed = first.stream().mapToDouble(Term::product).sum();
    int others = all.size() - first.size();
    return new GradientSource.Terms(reader.name(), factor, first, others, sum - listed, sum);
  }

  /** A reader with one output for each number. */
  private GradientSource same(Graph.Node reader, Position at, String factor, double value) {
    return terms(reader, factor, List.of(term(at.in(reader.name()), value)));
  }

  /** A window over a number: its position, and the number's index in it. */
  private record Cover(int tap, int i, int j, boolean isInside) {}

  /** One for each position of the kernel, in its order. */
  private static List<Cover> covers(Window window, Shape output, Position at) {
    List<Cover> all = new ArrayList<>();
    for (int tap = 0; tap < window.kernelHeight() * window.kernelWidth(); tap++) {
      int down = at.i() + window.top() - tap / window.kernelWidth() * window.dilationHeight();
      int across = at.j() + window.left() - tap % window.kernelWidth() * window.dilationWidth();
      int i = Math.floorDiv(down, window.strideHeight());
      int j = Math.floorDiv(across, window.strideWidth());
      boolean isInside =
          i * window.strideHeight() == down
              && j * window.strideWidth() == across
              && i >= 0
              && j >= 0
              && i < output.size(1)
              && j < output.size(2);
      all.add(new Cover(tap, i, j, isInside));
    }
    return all;
  }

  private GradientSource filters(Graph.Node reader, Conv2d conv, Position at) {
    List<Cover> covers = covers(conv.window(), network.graph().shape(reader.name()), at);
    int channels = network.graph().shape(at.node()).size(0) / conv.groups();
    int groupFilters = conv.filters() / conv.groups();
    int first = at.channel() / channels * groupFilters;
    float[] weights = network.weights().values(reader.name() + ".weight");
    double all = 0;
    List<Calculation.Taps> filters = new ArrayList<>();
    for (int o = first; o < first + groupFilters; o++) {
      List<Float> dy = new ArrayList<>();
      List<Float> w = new ArrayList<>();
      double sum = 0;
      for (Cover cover : covers) {
        float weight =
            weights[(o * channels + at.channel() % channels) * covers.size() + cover.tap()];
        Position output = new Position(reader.name(), o, cover.i(), cover.j());
        float each = cover.isInside() ? gradient(output) : 0f;
        dy.add(each);
        w.add(weight);
        sum += (double) each * weight;
      }
      all += sum;
      filters.add(new Calculation.Taps(o, List.copyOf(dy), List.copyOf(w), sum));
    }
    return new GradientSource.Filters(
        reader.name(),
        around(covers),
        List.copyOf(filters),
        covers.stream().map(Cover::isInside).toList(),
        all);
  }

  /** The smallest box of outputs with all windows over the number. */
  private static Calculation.WindowPosition around(List<Cover> covers) {
    int top = Integer.MAX_VALUE;
    int left = Integer.MAX_VALUE;
    int bottom = -1;
    int right = -1;
    for (Cover cover : covers) {
      if (cover.isInside()) {
        top = Math.min(top, cover.i());
        left = Math.min(left, cover.j());
        bottom = Math.max(bottom, cover.i());
        right = Math.max(right, cover.j());
      }
    }
    return bottom < 0
        ? new Calculation.WindowPosition(0, 0, 0, 0, 1, 1)
        : new Calculation.WindowPosition(top, left, bottom - top + 1, right - left + 1, 1, 1);
  }

  private GradientSource dense(Graph.Node reader, Position at) {
    int outputs = network.graph().shape(reader.name()).size(0);
    float[] w = network.weights().values(reader.name() + ".weight");
    int inputs = w.length / outputs;
    List<Term> all = new ArrayList<>();
    for (int o = 0; o < outputs; o++) {
      all.add(term(new Position(reader.name(), o, 0, 0), w[o * inputs + at.channel()]));
    }
    return terms(reader, "w", all);
  }

  /** A window passes its gradient only to its largest number. */
  private GradientSource largest(Graph.Node reader, Window window, Position at) {
    WindowCalculator windows = new WindowCalculator(network, trace.before());
    return terms(
        reader,
        "1 if largest",
        over(
            reader,
            window,
            at,
            (tap, output) -> windows.winner(at.node(), window, output) == tap ? 1 : 0));
  }

  private GradientSource mean(Graph.Node reader, AvgPool2d pool, Position at) {
    WindowCalculator windows = new WindowCalculator(network, trace.before());
    ToDoubleBiFunction<Integer, Position> share =
        (tap, output) -> 1.0 / windows.divisor(at.node(), pool, output);
    return terms(reader, "1/n", over(reader, pool.window(), at, share));
  }

  /** A term for each window over a number; the factor is of the number's place in it. */
  private List<Term> over(
      Graph.Node reader, Window window, Position at, ToDoubleBiFunction<Integer, Position> factor) {
    List<Term> all = new ArrayList<>();
    for (Cover cover : covers(window, trace.before().maps(reader.name()), at)) {
      if (cover.isInside()) {
        Position output = new Position(reader.name(), at.channel(), cover.i(), cover.j());
        all.add(term(output, factor.applyAsDouble(cover.tap(), output)));
      }
    }
    return all;
  }

  private double slope(Graph.Node node, BatchNorm2d norm, int channel) {
    return 1 / Math.sqrt((double) parameter(node, "running_var", channel) + norm.epsilon());
  }

  private GradientSource normalised(Graph.Node reader, BatchNorm2d norm, Position at) {
    double gamma = parameter(reader, "weight", at.channel());
    return same(reader, at, "γ / √(σ² + ε)", gamma * slope(reader, norm, at.channel()));
  }

  /** The factor is the other inputs; a gate of one number a map sums over the entire map. */
  private GradientSource multiplied(Graph.Node reader, int input, Position at) {
    ToDoubleFunction<Position> others = output -> others(reader, input, output);
    Position own = at.in(reader.name());
    boolean isGate = area(at.node()) == 1 && area(reader.name()) > 1;
    List<Term> all =
        isGate
            ? everywhere(reader.name(), at.channel(), others)
            : List.of(term(own, others.applyAsDouble(own)));
    return terms(reader, "the other input", all);
  }

  /** The product of the other inputs at an output. */
  private double others(Graph.Node reader, int input, Position output) {
    double factor = 1;
    for (int other = 0; other < reader.inputs().size(); other++) {
      if (other != input) {
        String name = reader.inputs().get(other);
        boolean isOne = area(name) == 1;
        factor *= value(isOne ? new Position(name, output.channel(), 0, 0) : output.in(name));
      }
    }
    return factor;
  }

  private GradientSource joined(Graph.Node reader, int input, Position at) {
    int before = 0;
    for (String earlier : reader.inputs().subList(0, input)) {
      before += network.graph().shape(earlier).size(0);
    }
    Position moved = new Position(at.node(), before + at.channel(), at.i(), at.j());
    return same(reader, moved, "1", 1);
  }

  /**
   * The terms of the gradient of a weight: dy * x at every position where it is used.
   *
   * @param name the parameter's, such as conv1.weight
   * @param index its index in logical order
   * @throws IllegalArgumentException if there is no such weight, or it is not trained
   */
  public GradientSource ofWeight(String name, int index) {
    int count = trace.parameterGradient(name).length;
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "backward: %s has %d values, got index %d; count from 0".formatted(name, count, index));
    }
    int dot = name.lastIndexOf('.');
    Graph.Node node = new Calculator(network, trace.before()).node(name.substring(0, dot));
    boolean isBias = name.endsWith(".bias");
    return switch (node.layer()) {
      case Conv2d conv -> isBias ? plain(node, index) : used(node, conv, index);
      case Dense dense when isBias -> plain(node, index);
      case Dense dense -> {
        String input = node.inputs().getFirst();
        int inputs = network.graph().shape(input).size(0);
        double x = trace.before().value(input)[index % inputs];
        yield terms(node, "x", List.of(term(new Position(node.name(), index / inputs, 0, 0), x)));
      }
      case BatchNorm2d norm -> isBias ? plain(node, index) : scaled(node, norm, index);
      default ->
          new GradientSource.UnshownGradient(
              node.name(), node.layer().type(), trace.parameterGradient(name)[index]);
    };
  }

  /** A bias: its factor is 1 everywhere. */
  private GradientSource plain(Graph.Node node, int channel) {
    return terms(node, "1", everywhere(node.name(), channel, output -> 1));
  }

  private GradientSource used(Graph.Node node, Conv2d conv, int index) {
    String input = node.inputs().getFirst();
    Shape in = network.graph().shape(input);
    Window window = conv.window();
    int taps = window.kernelHeight() * window.kernelWidth();
    int channels = in.size(0) / conv.groups();
    int o = index / taps / channels;
    int c = o / (conv.filters() / conv.groups()) * channels + index / taps % channels;
    int down = index % taps / window.kernelWidth() * window.dilationHeight() - window.top();
    int across = index % window.kernelWidth() * window.dilationWidth() - window.left();
    ToDoubleFunction<Position> x =
        output -> {
          int row = output.i() * window.strideHeight() + down;
          int column = output.j() * window.strideWidth() + across;
          boolean isInside = row >= 0 && column >= 0 && row < in.size(1) && column < in.size(2);
          return isInside ? value(new Position(input, c, row, column)) : 0;
        };
    return terms(node, "x", everywhere(node.name(), o, x));
  }

  /** The scale of a normalisation; its factor is the normalised numbers. */
  private GradientSource scaled(Graph.Node node, BatchNorm2d norm, int channel) {
    double mean = parameter(node, "running_mean", channel);
    double slope = slope(node, norm, channel);
    String input = node.inputs().getFirst();
    ToDoubleFunction<Position> x = output -> (value(output.in(input)) - mean) * slope;
    return terms(node, "x̂", everywhere(node.name(), channel, x));
  }
}
