package io.fovea.cli.command.files;

import io.fovea.cli.command.base.ModelArgument;
import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.file.Sha256;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.Network;
import io.fovea.source.JavaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea export}. */
@Command(
    name = "export",
    description = {
      "Writes a model as an ONNX file for other runtimes: opset 17, any batch size.",
      "Labels and preprocessing go into its metadata (docs/onnx.md).",
      "As FILE.java: a class for Java 8 and later without dependencies, and FILE.weights (docs/java-8.md)."
    })
public final class ExportCommand extends ScreenCommand {
  @Mixin private final ModelArgument model = new ModelArgument();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to write: FILE.onnx or FILE.java.")
  private Path out = Path.of("");

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "With FILE.java: the package of the class (default: none).")
  private String packageName = "";

  @Option(
      names = "--softmax",
      description =
          "Add a softmax, or the sigmoid of several labels, so that the output is probabilities (default: logits).")
  private boolean softmax;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "End at this layer: its value is the file's output, such as the features of fovea embed (default: the entire network).")
  private @Nullable String node;

  @Option(
      names = "--pool",
      description = "With --node: the mean of each channel, if the layer's value is a map.")
  private boolean pool;

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  public ExportCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    boolean isJava = OutputFiles.endsIn(out, ".java");
    OutputFiles.requireEnding("--out", out, isJava ? ".java" : ".onnx");
    OutputFiles.requireOther("--out", model.path, out);
    if (isJava ? softmax : !packageName.isEmpty()) {
      throw new UsageException(
          isJava
              ? "--softmax: a class has both, logits and probabilities; leave it out"
              : "--package: needs --out FILE.java, got " + out.getFileName() + "; leave it out");
    }
    if (node == null ? pool : softmax) {
      throw new UsageException(
          node == null
              ? "--pool: needs --node NAME, got none; name the layer to end at"
              : "--softmax: cannot be combined with --node; leave one out");
    }
    Network network = ModelFiles.open(model.path, preprocessingFlags.scaling(), screen::say);
    if (node != null) {
      network = pool ? network.pooledFeatures(node) : network.features(node);
    }
    if (isJava) {
      return writeJava(network);
    }
    if (softmax) {
      Onnx.writeWithSoftmax(network, out);
    } else {
      Onnx.write(network, out);
    }
    Console to = OutputFiles.about(screen, List.of(out));
    common.show(
        to,
        new Exported(out, Files.size(out)),
        result -> to.println("wrote %s, %,d bytes".formatted(result.file, result.bytes)));
    return 0;
  }

  private record Exported(Path file, long bytes) {}

  private int writeJava(Network network) throws IOException {
    Path source = ModelFiles.file("model", model.path);
    String origin = source.getFileName() + ", SHA-256 " + Sha256.of(Files.readAllBytes(source));
    try {
      Path weights = JavaSource.write(network, packageName, origin, out);
      common.show(
          screen,
          new Exported(out, Files.size(out) + Files.size(weights)),
          result ->
              screen.println("wrote %s and %s, %,d bytes".formatted(out, weights, result.bytes)));
      return 0;
    } catch (IllegalArgumentException refused) {
      throw new UsageException(String.valueOf(refused.getMessage()));
    }
  }
}
