package io.fovea.cli.run;

import io.fovea.cli.screen.UsageException;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The scaling of pixels that flags state for ONNX files, which files of other programs lack: (pixel
 * / 255 - mean) / deviation.
 *
 * @param mean for each channel or one for all; empty if it is not stated
 */
public record Scaling(List<Double> mean, List<Double> deviation) {
  private static final Preprocessing IMAGENET = Preprocessing.imageNet();

  public boolean isStated() {
    return !mean.isEmpty() || !deviation.isEmpty();
  }

  public Network apply(Onnx.Imported imported, Path file, Consumer<String> remarks) {
    Network network = imported.network();
    Preprocessing own = network.preprocessing();
    if (!isStated()) {
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
    if (mean.stream().anyMatch(each -> each < 0 || each > 1)) {
      remarks.accept(
          "--mean: expects means of pixel/255, from 0 to 1, got %s; where they are of pixels from 0 to 255, divide them and --deviation by 255"
              .formatted(mean));
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
