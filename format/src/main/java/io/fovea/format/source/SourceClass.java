package io.fovea.format.source;

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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The text of a written class, and its weights: what the resource Network needs to be complete. */
public final class SourceClass {
  /** Words of Java, and names that a written class uses or has. */
  public static final Set<String> TAKEN =
      Set.of(
          "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null Activation Arrays Blob Blobs BufferedInputStream ByteBuffer ByteOrder CRC32 CheckedInputStream DataInputStream DigitFraming Double EOFException Float Found IOException IllegalArgumentException InputStream Integer Layer Long Math Parameters Picture StrictMath String StringBuilder System computed crc in java numbers stated"
              .split(" ", -1));

  private static final int CALLS = 40; // of layers in a method, so that it stays small

  private final Network network;
  private final Map<String, String> values = new HashMap<>();
  private final SourceWeights weights = new SourceWeights();

  /** The class of a network, see {@link io.fovea.format.JavaSource}. */
  public SourceClass(Network network, String packageName, String name, String origin) {
    this.network = network;
    Shape input = network.graph().input();
    Optional<FeatureGaussian> features = network.answers().flatMap(AnswerRule::features);
    Network whole = features.map(f -> network.featuresBeside(f.node())).orElse(network);
    SourceLayers layers = new SourceLayers(ComputedNetwork.of(whole, false), weights);
    calls(layers.calls());
    answers();
    features.ifPresent(this::features);
    if (input.rank() == 3 && (input.size(0) == 1 || input.size(0) == 3)) {
      pictures(network.preprocessing(), input);
    }
    List<String> labels = network.labels();
    List<String> literals = labels.stream().map(SourceText::literal).toList();
    String line = String.join(", ", literals);
    String lines = "\n    " + String.join(",\n    ", literals) + "\n  ";
    put("labels", line.length() <= 60 ? line : lines);
    String some = labels.stream().limit(12).collect(Collectors.joining(", "));
    put("classes", labels.size() + ": " + comment(some) + (labels.size() > 12 ? ", ..." : ""));
    put("Class", name);
    put("qualified", packageName.isEmpty() ? name : packageName + "." + name);
    put("package", packageName.isEmpty() ? "" : "\npackage " + packageName + ";\n");
    put("origin", comment(origin));
    put("input", input);
    put("length", input.elements());
    int channels = input.size(0);
    put("place", channels == 1 ? "[k][0]" : "[k / %d][k %% %<d]".formatted(channels));
    put("first", layers.map(true));
    put("last", layers.map(false));
    put(whole.graph().output().rank() == 1 ? "flat" : "maps", "");
    put("outChannels", whole.graph().output().size(0));
    put("fields", layers.fields());
    put("methods", layers.methods());
    put("numbers", weights.count());
    put("bytes", 4L * weights.count() + 8);
    put("weights", weights.fields);
    put("reads", weights.reads);
    if (weights.reads.indexOf("new Layer(") >= 0) {
      put("weighted", "");
    }
  }

  /** Writes both files, atomically each: first the weights, whose checksum is in the class. */
  public void write(Path file, Path target) throws IOException {
    AtomicFile.write(target, out -> put("crc", Integer.toHexString(weights.write(out))));
    AtomicFile.write(file, SourceText.filled("Network", values));
  }

  private void put(String name, Object value) {
    values.put(name, String.valueOf(value));
  }

  private static String comment(String text) {
    return text.replaceAll("[^ -~]|[\\\\$]", "?");
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
    put("run", run.toString().stripTrailing());
    put("layers", methods);
  }

  private void answers() {
    put("probability", "softmax");
    network.answers().ifPresent(any -> put("ruled", ""));
    switch (network.answers().orElse(null)) {
      case null -> {}
      case AnswerRule.OneLabel one -> {
        put("one", "");
        put("least", one.least());
      }
      case AnswerRule.SeveralLabels several -> {
        put("thresholds", list(several.thresholds()));
        put("least", "LEAST[k]");
        put("probability", "sigmoids");
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
    put("features", weights.add("features", "float[][]", means.size(), order.length, means));
    put("limit", f.limit());
  }

  private void pictures(Preprocessing scaling, Shape input) {
    Framing framing = scaling.framing();
    Background background = scaling.background();
    boolean isGrey = input.size(0) == 1;
    put("picture", "");
    put(framing.name().toLowerCase(Locale.ROOT), "");
    put("mean", list(scaling.mean().stream().map(Double::floatValue).toList()));
    put("deviation", list(scaling.deviation().stream().map(Double::floatValue).toList()));
    put("channels", input.size(0));
    put("height", input.size(1));
    put("width", input.size(2));
    put(
        "sample",
        isGrey ? "grey(argb[k])" : "onWhite(argb[k] >> 16 - 8 * c & 255, argb[k] >>> 24)");
    put("isDark", background == Background.DARK);
    if (isGrey) {
      put("grey", "");
    }
    if (!isGrey || framing != Framing.STRETCH) {
      put("resampled", "");
    }
    if (background != Background.MIXED) {
      put("ground", "");
      put(framing == Framing.DIGIT ? "framed" : "inverted", "");
    }
  }
}
