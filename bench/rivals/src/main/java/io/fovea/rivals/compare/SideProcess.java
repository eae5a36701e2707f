package io.fovea.rivals.compare;

import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.rivals.sides.AgreementSide;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One process of one side, from its start to its result. */
record SideProcess(String name, boolean tuned, List<String> command, Installation installation) {
  private static final int LONGEST_MINUTES = 30;

  static SideProcess of(
      Participant participant, Installation installation, MeasurementSettings settings)
      throws UnableException {
    return new SideProcess(
        participant.option(),
        participant != Participant.FOVEA,
        participant.command(installation, settings),
        installation);
  }

  /** Fovea and ONNX Runtime asked for the same answers, without measuring. */
  static SideProcess agreement(Installation installation) {
    List<String> command =
        installation.java(
            AgreementSide.class,
            Participant.NATIVE_ACCESS,
            "--add-modules",
            "jdk.incubator.vector");
    return new SideProcess("agreement", false, command, installation);
  }

  /**
   * Runs it.
   *
   * @throws UnableException if it cannot, with the reason in one line
   */
  Result run(MeasurementSettings settings)
      throws IOException, InterruptedException, UnableException {
    Path logs = Files.createDirectories(installation.target().resolve("logs"));
    Path output = logs.resolve(name + ".out");
    Path errors = logs.resolve(name + ".err");
    ProcessBuilder builder = new ProcessBuilder(command(settings));
    if (tuned) {
      tune(builder.environment());
    }
    Process process =
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    Thread end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end); // Ctrl-C ends the side too
    try {
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        throw new UnableException("did not end within " + LONGEST_MINUTES + " minutes");
      }
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(end);
    }
    List<String> lines = Files.readAllLines(output);
    return lines.stream()
        .map(Result::parse)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> unable(lines, process.exitValue(), errors));
  }

  private List<String> command(MeasurementSettings settings) {
    List<String> words = new ArrayList<>(command);
    words.addAll(settings.arguments());
    return words;
  }

  private static UnableException unable(List<String> lines, int exit, Path errors) {
    return lines.stream()
        .filter(line -> line.startsWith("unable "))
        .findFirst()
        .map(line -> new UnableException(line.substring("unable ".length())))
        .orElseGet(() -> new UnableException("ended with " + exit + ", see " + errors));
  }

  /** What makes native libraries faster, or keeps them from being slower than they need be. */
  private static void tune(Map<String, String> environment) {
    // glibc would hand big tensors back to the kernel after each step: up to 40 %.
    environment.put("MALLOC_MMAP_THRESHOLD_", "4294967296");
    environment.put("MALLOC_TRIM_THRESHOLD_", "17179869184");
    environment.put("MALLOC_TOP_PAD_", "67108864");
    environment.put("OMP_NUM_THREADS", Integer.toString(MeasurementSettings.THREADS));
    environment.put("OPT_OUT_TRACKING", "true"); // DJL
    environment.put("TF_CPP_MIN_LOG_LEVEL", "1");
    // These would force the kernels of another processor on OpenBLAS.
    environment.remove("OPENBLAS_CORETYPE");
    environment.remove("OPENBLAS_L2_SIZE");
    // Debian's OpenBLAS on pthreads makes PyTorch 2 to 3 times slower than the one on OpenMP.
    openMpLibraries()
        .ifPresent(
            folder -> environment.merge("LD_LIBRARY_PATH", folder, (old, it) -> it + ":" + old));
  }

  private static Optional<String> openMpLibraries() {
    File[] architectures = Path.of("/usr/lib").toFile().listFiles(File::isDirectory);
    return Stream.ofNullable(architectures)
        .flatMap(Stream::of)
        .map(architecture -> new File(architecture, "openblas-openmp"))
        .filter(File::isDirectory)
        .map(File::getPath)
        .findFirst();
  }
}
