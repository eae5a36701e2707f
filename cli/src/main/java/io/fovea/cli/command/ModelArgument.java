package io.fovea.cli.command;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The trained model that a command works on. */
final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A .safetensors file, an .onnx file, or a run folder.")
  Path path = Path.of("");
}
