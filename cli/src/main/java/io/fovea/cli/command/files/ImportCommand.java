package io.fovea.cli.command.files;

import io.fovea.cli.command.base.GraphFlags;
import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.run.PreprocessingText;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.format.Models;
import io.fovea.format.NetworkDescription;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea import}. */
@Command(
    name = "import",
    description = {
      "Converts an ONNX file of another program into a model, for inference, inspection and further training.",
      "Operators without a layer in Fovea are listed together; fovea run can compute such a file."
    })
public final class ImportCommand extends ScreenCommand {
  @Parameters(paramLabel = "FILE.onnx", description = "The file to read.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "MODEL",
      required = true,
      description = "The .safetensors file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--no-optimize",
      description =
          "Keep the file's layers for further training: dropout, and batch normalisations separate from convolutions.")
  private boolean unoptimised;

  @Option(
      names = "--input-shape",
      paramLabel = "CxHxW",
      description = "The images' shape, if the file leaves it open.")
  private @Nullable String inputShape;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "The names of the classes, a line each (default: the file's own, or numbers from 0).")
  private @Nullable Path labels;

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Option(
      names = "--network",
      paramLabel = "FILE.json",
      description =
          "Also write the structure and the preprocessing, for train --model FILE.json --init-from MODEL.")
  private @Nullable Path description;

  public ImportCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    OnnxReading reading = OnnxReading.standard();
    if (unoptimised) {
      reading = reading.unoptimised();
    }
    if (inputShape != null) {
      reading = reading.images(GraphFlags.shape("--input-shape", inputShape));
    }
    if (!Files.exists(file)) {
      throw new Failure("import: there is no file " + file + "; give an .onnx file");
    }
    if (OutputFiles.endsIn(out, ".onnx")) { // other names are free
      OutputFiles.requireEnding("--out", out, ".safetensors");
    }
    OutputFiles.requireOther("--out", file, out);
    OutputFiles.requireOther("--out", out, "that of --labels", labels);
    if (description != null) {
      OutputFiles.requireOther("--network", file, description);
      OutputFiles.requireOther("--network", description, "that of --labels", labels);
      OutputFiles.requireOther("--network", description, "that of --out", out);
    }
    Onnx.Imported imported = Onnx.read(file, reading);
    List<String> remarks = new ArrayList<>(imported.notes());
    Network network = preprocessingFlags.scaling().apply(imported, file, remarks::add);
    network.publish(network.weights(), network.preprocessing(), labels(network));
    Models.write(network, out);
    if (description != null) {
      OutputFiles.write(
          "import", description, NetworkDescription.json(network.graph(), network.preprocessing()));
    }
    if (preprocessingFlags.scaling().isStated() || imported.statesPreprocessing()) {
      remarks.add("preprocessing: " + PreprocessingText.of(network.preprocessing()));
    }
    remarks.forEach(screen::say);
    Console to =
        OutputFiles.about(screen, description == null ? List.of(out) : List.of(out, description));
    common.show(
        to,
        new Converted(
            out,
            network.graph().input(),
            network.graph().nodes().size(),
            network.weights().count(),
            network.labels().size()),
        result -> to.println(result.text()));
    return 0;
  }

  private record Converted(Path file, Shape input, int layers, long parameters, int classes) {
    String text() {
      return "wrote %s: images of %s, %d layers, %,d parameters, %,d classes"
          .formatted(file, input, layers, parameters, classes);
    }
  }

  private List<String> labels(Network network) throws IOException {
    if (labels == null) {
      return network.labels();
    }
    if (!Files.isRegularFile(labels)) {
      throw new Failure("--labels: there is no file " + labels + "; give a text, a name a line");
    }
    List<String> names =
        Failure.text("--labels", labels)
            .lines()
            .map(String::strip)
            .filter(n -> !n.isEmpty())
            .toList();
    if (names.size() != network.labels().size()) {
      throw new Failure(
          "--labels: the model has %d outputs, %s has %d names; give one a line for each"
              .formatted(network.labels().size(), labels, names.size()));
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new Failure(
            "--labels: %s names \"%s\" twice; give each class a different name"
                .formatted(labels, name));
      }
    }
    return names;
  }
}
