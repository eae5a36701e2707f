package io.fovea.source;

import io.fovea.dataset.Framing;
import io.fovea.file.AtomicFile;
import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.network.Network;
import io.fovea.network.execution.ComputedNetwork;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Background;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The text of a written class, and its weights: what the template Network needs to be complete. */
final class SourceClass {
  private static final int CALLS = 40; // of layers in a method, so that it stays small

  private final Network network;
  private final SourceText text = new SourceText();
  private final SourceWeights weights = new SourceWeights();

  SourceClass(Network network, String packageName, String name, String origin) {
    this.network = network;
    Shape input = network.graph().input();
    Optional<FeatureGaussian> features = network.answers().flatMap(AnswerRule::features);
    Network whole = features.map(f -> network.featuresBeside(f.node())).orElse(network);
    ComputedNetwork computed = ComputedNetwork.of(whole, false);
    SourceLayers layers = new SourceLayers(computed, weights);
    calls(layers.calls());
    answers();
    features.ifPresent(this::features);
    int channels = input.size(0);
    if (input.rank() == 3 && (channels == 1 || channels == 3)) {
      pictures(network.preprocessing(), channels == 1);
      text.put("height", input.size(1)).put("width", input.size(2));
      text.put("area", input.size(2) + " x " + input.size(1));
    }
    List<String> labels = network.labels();
    List<String> literals = labels.stream().map(SourceText::literal).toList();
    String line = String.join(", ", literals);
    String lines = "\n    " + String.join(",\n    ", literals) + "\n  ";
    String some = labels.stream().limit(12).collect(Collectors.joining(", "));
    text.put("labels", line.length() <= 60 ? line : lines).put("origin", comment(origin));
    text.put("classes", labels.size() + ": " + comment(some) + (labels.size() > 12 ? ", ..." : ""));
    text.put("Class", name).put("input", input).put("length", input.elements());
    text.put("qualified", packageName.isEmpty() ? name : packageName + "." + name);
    text.put("package", packageName.isEmpty() ? "" : "\npackage " + packageName + ";");
    String first = channels == 1 ? "[k][0]" : "[k / %d][k %% %<d]".formatted(channels);
    text.put("place", layers.map(0) + first);
    String last = layers.map(computed.graph().nodes().size());
    Shape y = network.graph().output();
    Shape maps = y.parts().size() == 1 ? y.parts().getFirst() : y;
    boolean isRow = whole.graph().output().rank() == 1;
    String element = isRow ? "[0][k %% %d * %d + k / %1$d]" : "[k %% %d][k / %1$d]";
    text.put(maps.rank() == 1 ? "flat" : "maps", "")
        .put("z", last + element.formatted(maps.elements() / maps.size(0), maps.size(0)));
    text.put("last", last).put("channels", channels).put("answer", "answer");
    text.put("fields", layers.fields().strip());
    text.put("methods", layers.methods().strip());
    text.put("weights", weights.fields.toString().strip());
    text.put("reads", weights.reads.toString().strip());
    text.put("numbers", weights.count).put("bytes", 4L * weights.count + 8);
    text.put(weights.reads.indexOf("new Layer(") < 0 ? "rows" : "weighted", "");
  }

  /** Writes both files, atomically each: first the weights, whose checksum is in the class. */
  void write(Path file, Path target) throws IOException {
    AtomicFile.write(target, out -> text.put("crc", Integer.toHexString(weights.write(out))));
    AtomicFile.write(file, text.filled("network").strip() + "\n");
  }

  private static String comment(String words) {
    return words.replaceAll("[^ -~]|[\\\\$]", "?");
  }

  private void calls(List<String> calls) {
    StringBuilder run = new StringBuilder();
    StringBuilder methods = new StringBuilder();
    for (int from = 0; from < calls.size(); from += CALLS) {
      String body = String.join("", calls.subList(from, Math.min(from + CALLS, calls.size())));
      if (calls.size() <= CALLS) {
        run.append("\n" + body);
      } else {
        String method = "layers" + (from / CALLS + 1);
        run.append("    " + method + "();\n");
        methods.append("\n  private void %s() {\n%s  }\n".formatted(method, body));
      }
    }
    text.put("run", run.toString().strip()).put("layers", methods.toString().strip());
  }

  private void answers() {
    text.put("probability", "softmax").put("nested", "");
    network.answers().ifPresent(any -> text.put("ruled", ""));
    switch (network.answers().orElse(null)) {
      case null -> {}
      case AnswerRule.OneLabel one -> text.put("one", "").put("least", one.least());
      case AnswerRule.SeveralLabels several -> {
        text.put("thresholds", list(several.thresholds()));
        text.put("least", "LEAST[k]").put("probability", "sigmoids");
      }
    }
  }

  private static String list(Collection<?> numbers) {
    return numbers.stream().map(SourceText::literal).collect(Collectors.joining(", "));
  }

  private void features(FeatureGaussian f) {
    Shape shape = network.graph().shape(f.node());
    int[] order = (shape.rank() == 3 ? Shape.of(shape.size(0)) : shape).logicalOrder();
    List<Supplier<float[]>> means = new ArrayList<>();
    for (float[] mean : f.means()) {
      means.add(() -> SourceWeights.rows(mean, order));
    }
    means.add(() -> SourceWeights.rows(f.deviations(), order));
    text.put("features", weights.add("features", "float[][]", means.size(), order.length, means))
        .put("limit", f.limit());
  }

  private void pictures(Preprocessing scaling, boolean isGrey) {
    Framing framing = scaling.framing();
    Background background = scaling.background();
    text.put("picture", "").put(framing.name().toLowerCase(Locale.ROOT), "");
    text.put("mean", list(scaling.mean().stream().map(Double::floatValue).toList()));
    text.put("deviation", list(scaling.deviation().stream().map(Double::floatValue).toList()));
    text.put("isDark", background == Background.DARK);
    String colour = "onWhite(argb[k] >> 16 - 8 * c & 255, argb[k] >>> 24)";
    text.put("sample", isGrey ? "grey(argb[k])" : colour).put(isGrey ? "grey" : "coloured", "");
    if (!isGrey || framing != Framing.STRETCH) {
      String digit = framing == Framing.DIGIT ? "\n\n  " + text.filled("digit").strip() : "";
      text.put("resampled", "").put("nested", text.filled("picture").strip() + digit);
    }
    if (background != Background.MIXED) {
      text.put("ground", "")
          .put("isInverted", "isInverted")
          .put(framing == Framing.DIGIT ? "framed" : "inverted", "");
    }
  }
}
