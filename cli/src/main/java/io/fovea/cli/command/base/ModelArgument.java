package io.fovea.cli.command.base;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The trained model that a command works on. */
public final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A .safetensors file, an .onnx file, or a run folder.")
  public Path path = Path.of("");
}
