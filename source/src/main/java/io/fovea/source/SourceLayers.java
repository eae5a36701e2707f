package io.fovea.source;

import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Gelu;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.network.Graph;
import io.fovea.network.execution.ComputedNetwork;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Writes the call of each layer, whose method is in the template of its type. An activation behind
 * a layer that sums is computed inside it, if nothing else reads that layer. Values of as many
 * pixels that are not needed at the same time share a map; flatten and dropout pass theirs on where
 * nothing has to move.
 */
final class SourceLayers {
  private static final List<String> CALLED = // by the methods of layers, each by those before it
      List.of("dense", "channel_affine", "normalise", "addProducts", "pixel", "exp", "normal");

  private static final Set<String> SUMS = // which compute an activation behind them
      Set.of("conv2d", "conv_transpose2d", "dense", "add", "batch_norm2d", "channel_affine");

  private final ComputedNetwork network;
  private final SourceWeights weights;
  private final List<Graph.Node> nodes;
  private final int[][] inputs; // numbers of values: 0 is the network's input, k + 1 node k
  private final List<Shape> shapes = new ArrayList<>();
  private final int[] fused; // for each node the node of its activation, or 0
  private final int[] owners; // whose map each value has
  private final int[] mapOf; // the map of each value
  private final List<Buffer> maps = new ArrayList<>();
  private final Map<String, String> windows = new TreeMap<>();
  private final Map<ActivationLayer, String> functions = new LinkedHashMap<>();
  private final Set<String> types = new LinkedHashSet<>();
  private final Map<String, Shape> weightShapes = new HashMap<>();
  private SourceText facts = new SourceText(); // of the present node
  private int window = 1; // the most numbers that a convolution reads for an output pixel
  private String call = "";

  /** The array of a map; it is free again for the values behind {@code last}. */
  private record Buffer(int pixels, int channels, int last) {}

  SourceLayers(ComputedNetwork network, SourceWeights weights) {
    this.network = network;
    this.weights = weights;
    this.nodes = network.graph().nodes();
    network.graph().weights().forEach(w -> weightShapes.put(w.name(), w.parameter().shape()));
    int count = nodes.size();
    this.inputs = new int[count][];
    this.fused = new int[count];
    this.mapOf = new int[count + 1];
    this.owners = IntStream.rangeClosed(0, count).toArray();
    int[] readers = new int[count + 1];
    int[] end = new int[count + 1]; // the last value that is computed from each
    Map<String, Integer> places = new HashMap<>(Map.of(Graph.INPUT, 0));
    shapes.add(network.graph().input());
    for (int k = 0; k < count; k++) {
      inputs[k] = nodes.get(k).inputs().stream().mapToInt(places::get).toArray();
      IntStream.of(inputs[k]).forEach(input -> readers[input]++);
      places.put(nodes.get(k).name(), k + 1);
      shapes.add(network.graph().shape(nodes.get(k).name()));
    }
    for (int k = 0; k < count; k++) {
      int from = inputs[k][0];
      Layer layer = nodes.get(k).layer();
      boolean isFunction = layer instanceof ActivationLayer && from > 0 && readers[from] == 1;
      if (isFunction && SUMS.contains(nodes.get(from - 1).layer().type())) {
        fused[from - 1] = k;
        owners[k + 1] = owners[from];
      } else if (layer.type().startsWith("dropout")
          || (layer.type().equals("flatten") && pixels(shapes.get(from)) == 1)) {
        owners[k + 1] = owners[from];
      }
      for (int input : inputs[k]) {
        end[owners[input]] = k + 1;
      }
    }
    end[owners[count]] = count + 1;
    for (int v = 0; v <= count; v++) {
      mapOf[v] = owners[v] == v ? place(v, Math.max(v, end[v])) : mapOf[owners[v]];
    }
  }

  /** The first map of as many pixels that is free when value v is computed, or a new one. */
  private int place(int v, int end) {
    int pixels = pixels(shapes.get(v));
    int channels = shapes.get(v).size(0);
    int free = 0;
    while (free < maps.size() && (maps.get(free).pixels != pixels || maps.get(free).last >= v)) {
      free++;
    }
    if (free == maps.size()) {
      maps.add(new Buffer(pixels, channels, end));
    } else {
      maps.set(free, new Buffer(pixels, Math.max(maps.get(free).channels, channels), end));
    }
    return free;
  }

  private static int pixels(Shape shape) {
    return shape.elements() / shape.size(0);
  }

  /** The map of a value: 0 is the network's input, the number of its nodes the output. */
  String map(int value) {
    return "map" + mapOf[value];
  }

  /** The calls of all layers, in their order. */
  List<String> calls() {
    List<String> calls = new ArrayList<>();
    for (int k = 0; k < inputs.length; k++) {
      if (owners[k + 1] == k + 1) { // else its value is there already
        call = "";
        write(k, nodes.get(k));
        String with = fused[k] == 0 ? "" : " and " + nodes.get(fused[k]).name();
        String title = nodes.get(k).name() + with + ": " + shapes.get(inputs[k][0]);
        calls.add("    // %s -> %s\n%s".formatted(title, shapes.get(k + 1), call));
      }
    }
    return calls;
  }

  /** The maps, and what the kernel of a convolution covers. */
  String fields() {
    StringBuilder fields = new StringBuilder();
    for (int k = 0; k < maps.size(); k++) {
      fields.append(
          "  private final float[][] map%d = new float[%d][%d];\n"
              .formatted(k, maps.get(k).pixels, maps.get(k).channels));
    }
    String own = "  private final float[] window = new float[%d];\n".formatted(window);
    return fields + (types.contains("conv2d") ? own : "");
  }

  /** The constants, and the methods that are called. */
  String methods() {
    StringBuilder text =
        new StringBuilder("  " + new SourceText().filled("functions").strip() + "\n\n");
    windows.forEach(
        (name, numbers) ->
            text.append("  private static final int[] " + name + " = " + numbers + ";\n"));
    text.append("  private static final Activation NONE = (y, count) -> {};\n");
    functions.forEach(
        (layer, name) -> {
          boolean isByTanh = layer instanceof Gelu gelu && gelu.approximate();
          String template = isByTanh ? "gelu_by_tanh" : layer.type();
          SourceText values = filledFrom(layer).put("name", name);
          String value = values.filled(template).replaceFirst("(?s).*return (.*);.*", "$1");
          text.append(values.put("value", value).filled("function").stripTrailing()).append('\n');
        });
    for (String type : types) {
      text.append("\n  " + new SourceText().filled(type).strip() + "\n");
    }
    int widest = maps.stream().mapToInt(Buffer::channels).max().orElseThrow();
    for (String called : CALLED) {
      String name = Templates.part(called).method();
      if (!types.contains(called) && Pattern.compile("[ (]" + name + "\\(").matcher(text).find()) {
        String method = new SourceText().put("widest", widest).filled(called).strip();
        text.append("\n  " + method + "\n");
      }
    }
    return text.toString().stripTrailing();
  }

  /** The components of a layer, which is a record, as literals; its window is k. */
  private SourceText filledFrom(Layer layer) {
    SourceText filled = new SourceText();
    components(layer)
        .forEach(
            (name, value) -> {
              if (value instanceof Window w) {
                filled.put("k", named(w));
              } else {
                filled.put(name, SourceText.literal(value));
              }
            });
    return filled;
  }

  private static Map<String, Object> components(Object of) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent component : of.getClass().getRecordComponents()) {
      try {
        values.put(component.getName(), component.getAccessor().invoke(of));
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException(impossible); // a public accessor of an exported record
      }
    }
    return values;
  }

  private String named(Window w) {
    String name = "K" + w.toString().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    windows.put(name, components(w).values().toString().replace('[', '{').replace(']', '}'));
    return name;
  }

  private String function(Layer layer) {
    if (!(layer instanceof ActivationLayer function)) {
      return "NONE";
    }
    String name = layer.type().toUpperCase(Locale.ROOT);
    return functions.computeIfAbsent(
        function, any -> functions.containsValue(name) ? name + "_" + functions.size() : name);
  }

  /** What templates may ask of a node: its layer's components, its maps and their sizes. */
  private SourceText facts(int k, Graph.Node node) {
    Shape in = shapes.get(inputs[k][0]);
    Shape out = shapes.get(k + 1);
    boolean isOwn = node.layer() instanceof Layer.Custom; // perhaps no record; refused by write
    SourceText facts = isOwn ? new SourceText() : filledFrom(node.layer());
    facts.put("x", map(inputs[k][0])).put("y", map(k + 1));
    facts.put("f", function((fused[k] == 0 ? node : nodes.get(fused[k])).layer()));
    facts.put("channels", in.size(0)).put("width", in.size(in.rank() - 1));
    facts.put("columns", out.size(out.rank() - 1));
    return facts;
  }

  private void write(int k, Graph.Node node) {
    Shape in = shapes.get(inputs[k][0]);
    facts = facts(k, node);
    switch (node.layer()) {
      case Add _, Multiply _ -> join(k, node);
      case Concat _ -> {
        int at = 0;
        for (int input : inputs[k]) {
          facts.put("x", map(input));
          copy(k, 0, at, shapes.get(input).size(0));
          at += shapes.get(input).size(0);
        }
      }
      case ChannelSlice slice -> copy(k, slice.from(), 0, slice.to() - slice.from());
      case Conv2d conv when conv.groups() == 1 -> {
        Window w = conv.window();
        window = Math.max(window, w.kernelHeight() * w.kernelWidth() * in.size(0));
        call("conv2d", k);
      }
      case Conv2d conv -> {
        boolean isDepthwise = conv.groups() == in.size(0) && conv.groups() == conv.filters();
        call(isDepthwise ? "depthwise_conv2d" : "conv2d_groups", k);
      }
      case ActivationLayer _ -> call("activation", k);
      // All by name: the compiler asks for a new layer here, a test then for its template.
      case AvgPool2d _,
          BatchNorm2d _,
          ChannelAffine _,
          ChannelShuffle _,
          ConvTranspose2d _,
          Dense _,
          Dropout _,
          Dropout2d _,
          Flatten _,
          GlobalAvgPool2d _,
          GlobalMaxPool2d _,
          GroupNorm _,
          LayerNorm _,
          LayerNorm2d _,
          LocalResponseNorm _,
          MaxPool2d _,
          PRelu _,
          Resize2d _,
          Softmax _,
          Upsample2d _,
          ZeroPad2d _ ->
          call(node.layer().type(), k);
      case Layer.Custom own ->
          throw new IllegalArgumentException(
              "%s: java source: %s is a layer of your own, which has no plain form; build the network to export of built-in layers"
                  .formatted(node.name(), own.type()));
    }
  }

  /** Sums or products of two, where one number a channel is repeated for each pixel. */
  private void join(int k, Graph.Node node) {
    Shape out = shapes.get(k + 1);
    List<Integer> in = new ArrayList<>(IntStream.of(inputs[k]).boxed().toList());
    Collections.rotate(in.subList(0, in.stream().map(shapes::get).toList().indexOf(out) + 1), 1);
    facts.put("x", map(in.getFirst()));
    for (int j = 1; j < in.size(); j++) {
      boolean isLast = j == in.size() - 1 && fused[k] > 0;
      facts.put("f", isLast ? function(nodes.get(fused[k]).layer()) : "NONE");
      facts.put("other", map(in.get(j)));
      call(node.layer().type(), k);
      facts.put("x", map(k + 1));
    }
  }

  private void copy(int k, int from, int at, int count) {
    facts.put("from", from).put("at", at).put("count", count);
    call("copy", k);
  }

  /** Adds a call with its arguments, and weights where its template names them. */
  private void call(String type, int k) {
    types.add(type);
    Templates.Part part = Templates.part(type);
    if (!part.weights().isEmpty()) {
      List<String> words = List.of(part.weights().split(" ", -1));
      String rows = weights(k, words.getFirst(), words.subList(1, words.size()));
      facts.put("layer", rows).put("w", rows);
    }
    call += "    " + facts.valued(part.call()) + "\n";
  }

  /** Declares rows of weights, each of a number for each output channel; zeros for what is none. */
  private String weights(int k, String type, List<String> names) {
    int length = shapes.get(k + 1).size(0);
    int rows = 0;
    List<Supplier<float[]>> numbers = new ArrayList<>();
    for (String name : names) {
      String whole = nodes.get(k).name() + "." + name;
      Shape shape = weightShapes.getOrDefault(whole, Shape.of(length));
      boolean isThere = weightShapes.containsKey(whole);
      int[] order = order(nodes.get(k).layer(), shapes.get(inputs[k][0]), shape, length);
      numbers.add(
          () ->
              SourceWeights.rows(
                  isThere ? network.weights().apply(whole) : new float[length], order));
      rows += Math.max(1, shape.elements() / length);
    }
    return weights.add(nodes.get(k).name(), type, rows, length, numbers);
  }

  /** Where the numbers of the first rows are stored, or those of an output as a column. */
  private static int[] order(Layer layer, Shape in, Shape shape, int length) {
    if (shape.elements() == 1) {
      return new int[length]; // one slope for all channels
    }
    if (layer instanceof LayerNorm || (layer instanceof Dense && shape.rank() == 2)) {
      return in.logicalOrder();
    }
    if (shape.rank() < 4) {
      return shape.logicalOrder();
    }
    int taps = shape.size(2) * shape.size(3);
    if (!(layer instanceof ConvTranspose2d conv)) {
      return Shape.of(shape.size(1), taps, 1).logicalOrder();
    }
    int filters = shape.size(1); // of a group
    int each = shape.size(0) / conv.groups();
    int[] order = new int[shape.elements()];
    for (int k = 0; k < order.length; k++) {
      int c = k / taps / filters;
      int row = k % taps * each + c % each;
      order[(row * conv.groups() + c / each) * filters + k / taps % filters] = k;
    }
    return order;
  }
}
