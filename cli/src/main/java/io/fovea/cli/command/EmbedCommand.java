package io.fovea.cli.command;

import io.fovea.cli.command.PredictCommand.Pictures;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Csv;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.file.Table;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.inference.Classifier;
import io.fovea.inference.CosineNeighbours;
import io.fovea.inference.CosineNeighbours.Neighbour;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea embed}. */
@Command(
    name = "embed",
    description = {
      "Writes the output of a layer for pictures, one row of numbers each: features for comparing, clustering or classifying.",
      "If the layer's output is a map, a row has the mean of each channel.",
      "Pictures that cannot be read are listed at the end, and the exit code is 1; the others get their rows."
    })
final class EmbedCommand extends ScreenCommand {
  private static final List<String> ENDINGS = List.of(".npy", ".csv");

  @Mixin private final ModelArgument model = new ModelArgument();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Picture files, or folders of them.")
  private List<Path> images = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The file to write: .npy (float32, a row an image) or .csv (with the files' names, and the neighbours of --nearest). Repeatable.")
  private List<Path> outs = new ArrayList<>();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "The layer, by its name in fovea summary (default: the input of the last dense layer).")
  private @Nullable String node;

  @Option(
      names = "--nearest",
      paramLabel = "K",
      description =
          "Print the K most similar other pictures for each, by the cosine of features minus their mean.")
  private @Nullable Integer nearest;

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  EmbedCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    check();
    int threads = threadFlags.count(screen);
    Network whole = preprocessingFlags.open(model.path, screen::say);
    String at = node == null ? whole.featureNode() : node;
    Network cut = whole.pooledFeatures(at);
    List<Path> all = new ArrayList<>();
    for (Path image : images) {
      all.addAll(Files.isDirectory(image) ? Images.filesIn(image) : List.of(image));
    }
    List<DataException> failures = new ArrayList<>();
    Rows rows = new Rows(cut.graph().output().elements(), new ArrayList<>(), new ArrayList<>());
    try (Classifier classifier = Classifier.of(cut, threads, KernelSet.fastest())) {
      for (int from = 0; from < all.size(); ) {
        Pictures some = Pictures.read(all, from, List.of(cut), failures);
        rows.add(some.files(), classifier.outputs(some.pictures()));
        from = some.end();
      }
    }
    if (!rows.files.isEmpty()) {
      report(rows, at, whole.graph().shape(at));
    }
    failures.forEach(failure -> screen.fail(String.valueOf(failure.getMessage()), ""));
    return failures.isEmpty() ? 0 : 1;
  }

  private void check() throws IOException {
    if (outs.isEmpty() && nearest == null) {
      throw new UsageException("--out: expects a file to write, or --nearest K, got neither");
    }
    if (nearest != null && nearest < 1) {
      throw new UsageException("--nearest: expects a whole number from 1 up, got " + nearest);
    }
    for (Path out : outs) {
      if (ENDINGS.stream().noneMatch(ending -> OutputFiles.endsIn(out, ending))) {
        throw new UsageException(
            "--out: expects a file that ends in .npy or .csv, got \"%s\""
                .formatted(out.getFileName()));
      }
      OutputFiles.requireOther("--out", model.path, out);
      for (Path image : images) {
        OutputFiles.requireOther("--out", image, out);
      }
    }
  }

  /** The readable pictures, and their features in logical order. */
  private record Rows(int size, List<Path> files, List<float[]> values) {
    void add(List<Path> some, Tensor features) {
      files.addAll(some);
      for (int n = 0; n < some.size(); n++) {
        values.add(features.slice(n, 1).toArray());
      }
    }

    float[] joined() {
      float[] all = new float[Math.multiplyExact(size, values.size())];
      for (int n = 0; n < values.size(); n++) {
        System.arraycopy(values.get(n), 0, all, n * size, size);
      }
      return all;
    }
  }

  private void report(Rows rows, String at, Shape shape) throws IOException {
    boolean pooled = shape.rank() == 3;
    screen.say(
        "features of %s (%s)%s: %,d numbers an image"
            .formatted(
                at, shape, pooled ? ", the mean of each channel over the map" : "", rows.size));
    float[] joined = rows.joined();
    List<List<Neighbour>> neighbours = neighbours(rows, joined);
    for (Path out : outs) {
      if (OutputFiles.endsIn(out, ".npy")) {
        Npy.write(NdArray.of(new int[] {rows.values.size(), rows.size}, joined), out);
      } else {
        OutputFiles.write("embed", out, csv(rows, neighbours));
      }
    }
    Console to = OutputFiles.about(screen, outs);
    if (common.json) {
      to.println(Json.line(json(rows, at, pooled, neighbours)));
      return;
    }
    if (nearest != null) {
      Table table = new Table(2, "file", "nearest", "cosine");
      for (int n = 0; n < neighbours.size(); n++) {
        String file = rows.files.get(n).toString();
        for (Neighbour each : neighbours.get(n)) {
          table.row(file, rows.files.get(each.index()).toString(), cosine(each));
          file = ""; // named once
        }
      }
      to.out().print(table);
    }
    for (Path out : outs) {
      to.println(
          "wrote %s: %,d images of %,d numbers".formatted(out, rows.values.size(), rows.size));
    }
  }

  private List<List<Neighbour>> neighbours(Rows rows, float[] joined) {
    if (nearest == null) {
      return List.of();
    }
    int count = rows.values.size();
    float[] compared = count > 2 ? centred(joined, rows.size) : joined;
    CosineNeighbours among =
        CosineNeighbours.among(Tensor.on(compared, 0, Shape.of(rows.size), count));
    int most = nearest;
    return IntStream.range(0, count).parallel().mapToObj(n -> among.of(n, most)).toList();
  }

  /**
   * The features minus their mean. Features behind a ReLU all point to one side, so that pictures
   * of different classes have cosines of 0.97. About the mean of two pictures, all are -1.
   */
  private static float[] centred(float[] rows, int size) {
    double[] sum = new double[size];
    for (int i = 0; i < rows.length; i++) {
      sum[i % size] += rows[i];
    }
    float[] centred = rows.clone();
    for (int i = 0; i < rows.length; i++) {
      centred[i] -= (float) (sum[i % size] * size / rows.length);
    }
    return centred;
  }

  /** CSV after RFC 4180, with a line of column names. */
  private String csv(Rows rows, List<List<Neighbour>> neighbours) {
    int most = neighbours.isEmpty() ? 0 : neighbours.getFirst().size();
    StringBuilder text = new StringBuilder("file");
    for (int k = 1; k <= most; k++) {
      text.append(",nearest").append(k).append(",cosine").append(k);
    }
    for (int i = 0; i < rows.size; i++) {
      text.append(",f").append(i);
    }
    text.append('\n');
    for (int n = 0; n < rows.values.size(); n++) {
      text.append(Csv.field(rows.files.get(n).toString()));
      for (int k = 0; k < most; k++) {
        Neighbour each = neighbours.get(n).get(k);
        text.append(',').append(Csv.field(rows.files.get(each.index()).toString()));
        text.append(',').append(cosine(each));
      }
      for (float value : rows.values.get(n)) {
        text.append(',').append(value);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String cosine(Neighbour each) {
    return String.format(Locale.ROOT, "%.4f", each.similarity());
  }

  private Map<String, Object> json(
      Rows rows, String at, boolean pooled, List<List<Neighbour>> neighbours) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int n = 0; n < rows.values.size(); n++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("file", rows.files.get(n).toString());
      if (nearest != null) {
        Map<String, Double> near = new LinkedHashMap<>();
        for (Neighbour each : neighbours.get(n)) {
          near.put(rows.files.get(each.index()).toString(), each.similarity());
        }
        one.put("nearest", near);
      }
      all.add(one);
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("node", at);
    facts.put("pooled", pooled);
    facts.put("size", rows.size);
    facts.put("images", all);
    facts.put("out", outs.stream().map(Path::toString).toList());
    return facts;
  }
}
