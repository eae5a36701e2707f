package io.fovea.cli.command.files;

import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.format.FormatException;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.OnnxModel;
import io.fovea.format.onnx.TensorFile;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea run}. */
@Command(
    name = "run",
    description = {
      "Runs an ONNX model once on raw tensors: numpy's .npy files, or ONNX's .pb files (TensorProto).",
      "Prints names, types and shapes of the outputs; --out and --output write them."
    })
public final class RunCommand extends ScreenCommand {
  @Parameters(index = "0", paramLabel = "FILE.onnx", description = "The model.")
  private Path model = Path.of("");

  @Option(
      names = "--input",
      paramLabel = "[NAME=]FILE",
      description =
          "An input, .npy or .pb. Repeatable: by name, or in the order of the model's inputs.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file for the first output, .npy or .pb.")
  private @Nullable Path out;

  @Option(
      names = "--output",
      paramLabel = "NAME=FILE",
      description = "The file for the output of that name, .npy or .pb. Repeatable.")
  private List<String> outputs = new ArrayList<>();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  public RunCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    int threads = threadFlags.count(screen);
    inputs.forEach(input -> kind("--input", Path.of(input)));
    OnnxModel onnx = OnnxModel.read(model);
    Map<String, Path> targets = targets(onnx);
    Map<String, Path> files = inputFiles(onnx);
    requireOther(files, targets);
    Map<String, NdArray> results = compute(onnx, arrays(files), threads);
    for (Map.Entry<String, Path> target : targets.entrySet()) {
      write(target.getKey(), results.get(target.getKey()), target.getValue());
    }
    print(results);
    return 0;
  }

  private Map<String, NdArray> compute(OnnxModel onnx, Map<String, NdArray> arrays, int threads) {
    try (Workers workers = Workers.of(threads)) {
      return onnx.run(arrays, workers);
    } catch (IllegalArgumentException | UnsupportedOperationException misfit) {
      throw new Failure(model.getFileName() + ": " + misfit.getMessage(), misfit);
    }
  }

  /** The file of each wanted output, checked before anything is computed. */
  private Map<String, Path> targets(OnnxModel onnx) {
    List<String> names = onnx.outputs().stream().map(ValueInfo::name).toList();
    Map<String, Path> targets = new LinkedHashMap<>();
    if (out != null) {
      kind("--out", out);
      if (names.isEmpty()) {
        throw new Failure(model.getFileName() + ": run: the model has no outputs");
      }
      targets.put(names.getFirst(), out);
    }
    for (String output : outputs) {
      int at = output.lastIndexOf('=', output.length() - 2);
      String name = at < 0 ? "" : output.substring(0, at);
      if (at < 1) {
        throw new UsageException("--output: expects NAME=FILE, got \"" + output + "\"");
      }
      Path file = Path.of(output.substring(at + 1));
      kind("--output", file);
      if (!names.contains(name)) {
        throw new Failure(
            "%s: run: there is no output \"%s\"; the model has %s"
                .formatted(model.getFileName(), name, String.join(", ", names)));
      }
      if (targets.put(name, file) != null) {
        throw new UsageException("--output: output \"" + name + "\" is given two files");
      }
    }
    return targets;
  }

  /** Refuses to write an output over the model, an input or another output. */
  private void requireOther(Map<String, Path> files, Map<String, Path> targets) throws IOException {
    List<Path> written = new ArrayList<>();
    for (Map.Entry<String, Path> target : targets.entrySet()) {
      String flag = "output \"" + target.getKey() + "\"";
      OutputFiles.requireOther(flag, target.getValue(), "the model's", model);
      for (Map.Entry<String, Path> file : files.entrySet()) {
        String role = "that of input \"" + file.getKey() + "\"";
        OutputFiles.requireOther(flag, target.getValue(), role, file.getValue());
      }
      for (Path other : written) {
        OutputFiles.requireOther(flag, target.getValue(), "that of another output", other);
      }
      written.add(target.getValue());
    }
  }

  /** The files of the inputs by name: those without one go to the model's next unnamed input. */
  private Map<String, Path> inputFiles(OnnxModel onnx) {
    List<String> free = new ArrayList<>(onnx.inputs().stream().map(ValueInfo::name).toList());
    Map<String, Path> files = new LinkedHashMap<>();
    List<Path> unnamed = new ArrayList<>();
    for (String input : inputs) {
      String name = free.stream().filter(n -> input.startsWith(n + "=")).findFirst().orElse(null);
      if (name == null) {
        requireNoName(onnx, input);
        unnamed.add(Path.of(input));
      } else {
        free.remove(name);
        files.put(name, Path.of(input.substring(name.length() + 1)));
      }
    }
    if (unnamed.size() > free.size()) {
      throw new Failure(
          "%s: run: the model has %d inputs (%s), got %d; leave out %s, or check its name"
              .formatted(
                  model.getFileName(),
                  onnx.inputs().size(),
                  String.join(
                      ", ", onnx.inputs().stream().map(i -> i.name() + ": " + i.text()).toList()),
                  inputs.size(),
                  unnamed.getLast()));
    }
    for (int i = 0; i < unnamed.size(); i++) {
      files.put(free.get(i), unnamed.get(i));
    }
    return files;
  }

  private static Map<String, NdArray> arrays(Map<String, Path> files) throws FormatException {
    Map<String, NdArray> arrays = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      boolean numpy = kind("--input", file.getValue()).equals("npy");
      arrays.put(
          file.getKey(),
          numpy ? Npy.read(file.getValue()) : TensorFile.read(file.getValue()).array());
    }
    return arrays;
  }

  /** Refuses NAME=FILE if the model has no such input, unless a file has that name. */
  private void requireNoName(OnnxModel onnx, String input) {
    int at = input.indexOf('=');
    if (at > 0 && !Files.exists(Path.of(input))) {
      throw new Failure(
          "%s: run: there is no input \"%s\", or it is given two files; the model has %s"
              .formatted(
                  model.getFileName(),
                  input.substring(0, at),
                  String.join(", ", onnx.inputs().stream().map(ValueInfo::name).toList())));
    }
  }

  private static String kind(String option, Path file) {
    String name = String.valueOf(file.getFileName());
    for (String kind : List.of("npy", "pb")) {
      if (name.endsWith("." + kind)) {
        return kind;
      }
    }
    throw new UsageException(
        option + ": expects a file that ends in .npy or .pb, got \"" + name + "\"");
  }

  private static void write(String name, @Nullable NdArray array, Path file)
      throws FormatException {
    if (array == null) {
      throw new IllegalStateException(name);
    }
    if (kind("--out", file).equals("npy")) {
      Npy.write(array, file);
    } else {
      new TensorFile(name, array).write(file);
    }
  }

  private record Computed(List<Output> outputs) {
    record Output(String name, String type, List<Integer> shape) {}
  }

  private void print(Map<String, NdArray> results) {
    List<Computed.Output> outputs =
        results.entrySet().stream()
            .map(
                one ->
                    new Computed.Output(
                        one.getKey(),
                        one.getValue().type().toString(),
                        Arrays.stream(one.getValue().dims()).boxed().toList()))
            .toList();
    common.show(
        screen,
        new Computed(outputs),
        result -> results.forEach((name, array) -> screen.println(name + "  " + array)));
  }
}
