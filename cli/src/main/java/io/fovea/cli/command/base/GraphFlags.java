package io.fovea.cli.command.base;

import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The structure that a command inspects, and the kernels for it. */
public final class GraphFlags {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,4})x(\\d{1,5})x(\\d{1,5})");

  @Parameters(
      paramLabel = "MODEL-or-NAME",
      description =
          "A .safetensors or .onnx file, a run folder, a description as FILE.json, or the name of a built-in network.")
  private String model = "";

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description = "The images' shape, for a name or description (default: 1x28x28).")
  private @Nullable String input;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "The number of classes, for a name or description (default: 10).")
  private @Nullable Integer classes;

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      description =
          "vector, vector-direct (without Winograd) or reference (default: the fastest for this machine).")
  private String kernels = "auto";

  public KernelSet kernels() {
    return TrainFlags.KERNELS.parse(kernels);
  }

  public Graph graph() throws IOException {
    Network network = network();
    return network == null ? untrained() : network.graph();
  }

  /** The network, if the model is a file with weights; null for a structure without weights. */
  public @Nullable Network network() throws IOException {
    boolean trained = Files.exists(Path.of(model)) && !model.endsWith(".json");
    return trained ? trained() : null;
  }

  private Network trained() throws IOException {
    if (input != null || classes != null) {
      throw new UsageException(
          "%s: %s has its own; leave the flag out, or name a network or a description"
              .formatted(input != null ? "--input" : "--classes", model));
    }
    return ModelFiles.open(Path.of(model));
  }

  private Graph untrained() throws IOException {
    Shape shape = shape(input == null ? "1x28x28" : input);
    return ModelChoice.of(model).graph(shape, checkedClasses(classes == null ? 10 : classes));
  }

  public static Shape shape(String text) {
    return shape("--input", text);
  }

  public static Shape shape(String flag, String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(flag + ": expects CxHxW, such as 3x32x32, got \"" + text + "\"");
    }
    int channels = Integer.parseInt(matcher.group(1));
    int height = Integer.parseInt(matcher.group(2));
    int width = Integer.parseInt(matcher.group(3));
    if (channels < 1 || height < 1 || width < 1) {
      throw new UsageException(flag + ": expects sizes from 1 up, got \"" + text + "\"");
    }
    return Shape.of(channels, height, width);
  }

  public static int checkedClasses(int classes) {
    UsageException.requirePositive("--classes", classes);
    return classes;
  }
}
