package io.fovea.cli.command.files;

import io.fovea.cli.command.base.ModelArgument;
import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.Pictures;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Csv;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
public final class EmbedCommand extends ScreenCommand {
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
          "The file to write: .npy (float32, a row an image) or .csv (with the files' names). Repeatable.")
  private List<Path> outs = new ArrayList<>();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "The layer, by its name in fovea summary (default: the input of the last dense layer).")
  private @Nullable String node;

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  public EmbedCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    check();
    int threads = threadFlags.count(screen);
    Network whole = ModelFiles.open(model.path, preprocessingFlags.scaling(), screen::say);
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
        Pictures some = Pictures.read(all, from, cut, failures);
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
    if (outs.isEmpty()) {
      throw new UsageException("--out: expects a file to write, got none");
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
    for (Path out : outs) {
      if (OutputFiles.endsIn(out, ".npy")) {
        Npy.write(NdArray.of(new int[] {rows.values.size(), rows.size}, rows.joined()), out);
      } else {
        OutputFiles.write("embed", out, csv(rows));
      }
    }
    Console to = OutputFiles.about(screen, outs);
    List<Embedded.Source> sources = rows.files.stream().map(Embedded.Source::new).toList();
    common.show(
        to, new Embedded(at, pooled, rows.size, sources, outs), result -> print(result, to));
  }

  private record Embedded(
      String node, boolean pooled, int size, List<Source> images, List<Path> out) {
    record Source(Path file) {}
  }

  private static void print(Embedded result, Console to) {
    for (Path out : result.out) {
      to.println(
          "wrote %s: %,d images of %,d numbers".formatted(out, result.images.size(), result.size));
    }
  }

  /** CSV after RFC 4180, with a line of column names. */
  private static String csv(Rows rows) {
    StringBuilder text = new StringBuilder("file");
    for (int i = 0; i < rows.size; i++) {
      text.append(",f").append(i);
    }
    text.append('\n');
    for (int n = 0; n < rows.values.size(); n++) {
      text.append(Csv.field(rows.files.get(n).toString()));
      for (float value : rows.values.get(n)) {
        text.append(',').append(value);
      }
      text.append('\n');
    }
    return text.toString();
  }
}
