package io.fovea.cli.command.base;

import io.fovea.cli.run.Scaling;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that state the preprocessing of ONNX files, which files of other programs lack. */
public final class PreprocessingFlags {
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

  public Scaling scaling() {
    return new Scaling(mean, deviation);
  }
}
