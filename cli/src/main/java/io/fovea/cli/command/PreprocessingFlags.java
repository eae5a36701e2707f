package io.fovea.cli.command;

import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.run.PreprocessingText;
import io.fovea.cli.screen.UsageException;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The flags that state the preprocessing of ONNX files, which files of other programs lack. */
final class PreprocessingFlags {
  private static final Preprocessing IMAGENET = Preprocessing.imageNet();

  @Option(
      names = "--mean",
      paramLabel = "M",
      split = ",",
      description =
          "For an .onnx file: the number subtracted from pixel/255, for each channel or one for all (default: the file's own, or 0).")
  private List<Double> mean = new ArrayList<>();

  @Option(
      names = "--deviation",
      paramLabel = "D",
      split = ",",
      description =
          "For an .onnx file: the divisor after that, for each channel or one for all (default: the file's own, or 1).")
  private List<Double> deviation = new ArrayList<>();

  /** Whether one of the flags is given. */
  boolean areGiven() {
    return !mean.isEmpty() || !deviation.isEmpty();
  }

  /**
   * Opens a model as {@link ModelFiles#open} does; the flags apply to an ONNX file.
   *
   * @param remarks receives a line where the preprocessing is assumed, or that of the file
   *     overridden
   * @throws UsageException if flags are given for another file
   */
  Network open(Path path, Consumer<String> remarks) throws IOException {
    Path file = ModelFiles.file(path);
    if (ModelFiles.isOnnx(file)) {
      return apply(Onnx.read(file, OnnxReading.standard()), file, remarks);
    }
    if (areGiven()) {
      throw new UsageException(
          "%s: expects an .onnx file, got %s, which has its own preprocessing; leave it out"
              .formatted(mean.isEmpty() ? "--deviation" : "--mean", file));
    }
    return Models.load(file);
  }

  /** A model and the others of its ensemble, in this order. */
  List<Network> openAll(Path first, List<Path> others, Consumer<String> remarks)
      throws IOException {
    List<Network> networks = new ArrayList<>();
    networks.add(open(first, remarks));
    for (Path other : others) {
      Network network = open(other, remarks);
      ModelFiles.requireAlike(first, networks.getFirst(), other, network);
      networks.add(network);
    }
    return networks;
  }

  /** The network of an ONNX file with the preprocessing of the flags. */
  Network apply(Onnx.Imported imported, Path file, Consumer<String> remarks) {
    Network network = imported.network();
    Preprocessing own = network.preprocessing();
    if (!areGiven()) {
      if (!imported.statesPreprocessing()) {
        remarks.accept(unstated(file, own));
      }
      return network;
    }
    Preprocessing stated;
    try {
      stated = own.withScaling(mean, deviation);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--mean, --deviation: " + wrong.getMessage());
    }
    if (imported.statesPreprocessing() && !stated.equals(own)) {
      remarks.accept(
          "preprocessing: --mean and --deviation (%s) override that of %s (%s)"
              .formatted(PreprocessingText.of(stated), file, PreprocessingText.of(own)));
    }
    network.publish(network.weights(), stated, network.labels());
    return network;
  }

  /** A wrong scaling spoils all predictions and cannot be detected from the file. */
  private static String unstated(Path file, Preprocessing assumed) {
    String example =
        assumed.mean().size() == IMAGENET.mean().size()
            ? ", for ImageNet --mean %s --deviation %s"
                .formatted(joined(IMAGENET.mean()), joined(IMAGENET.deviation()))
            : "";
    return "preprocessing: %s states none, so it is %s; if the network was trained with another one, give --mean and --deviation%s"
        .formatted(file, PreprocessingText.of(assumed), example);
  }

  private static String joined(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
