package io.fovea.fuzz;

import io.fovea.data.Idx;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.format.Checkpoints;
import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.format.NetworkDescription;
import io.fovea.format.WeightsFile;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.TensorFile;
import io.fovea.http.HttpError;
import io.fovea.run.RunConfig;
import io.fovea.serve.JsonBodies;
import io.fovea.transfer.sort.SortJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** What is fuzzed: a reader, and the exceptions that it documents. */
@SuppressWarnings("ImmutableEnumChecker") // method references, and sets that nobody changes
enum Target {
  SAFETENSORS(Models::load, FormatException.class),
  CHECKPOINT(Checkpoints::read, FormatException.class),
  PTH(Target::weights, FormatException.class),
  PICKLE(Target::weights, FormatException.class),
  NETWORK_JSON(Target::network, FormatException.class),
  ONNX(Onnx::read, FormatException.class),
  ONNX_RUN(
      OnnxRun::run,
      FormatException.class,
      IllegalArgumentException.class,
      UnsupportedOperationException.class),
  NPY(Npy::read, FormatException.class),
  TENSOR_PROTO(TensorFile::read, FormatException.class),
  IDX_IMAGES(file -> Idx.read(file, idx(false)), DataException.class),
  IDX_LABELS(file -> Idx.read(idx(true), file), DataException.class),
  PNG(Target::picture, DataException.class),
  PNG_CHUNKS(Target::picture, DataException.class),
  INFERENCE_JSON(file -> JsonBodies.inference(Files.readAllBytes(file)), HttpError.class),
  RUN_CONFIG(RunConfig::read, IllegalArgumentException.class),
  SORT_JOURNAL(file -> SortJournal.open(file).close(), DataException.class);

  private static final long MOST_PIXELS = 1 << 20;

  private final Reader reader;

  /** Exactly these classes: a subclass, such as NumberFormatException, is an accident. */
  private final Set<Class<?>> refusals;

  Target(Reader reader, Class<?>... refusals) {
    this.reader = reader;
    this.refusals = Set.of(refusals);
  }

  @FunctionalInterface
  interface Reader {
    void read(Path file) throws Exception;
  }

  /**
   * Reads a file, which succeeds or ends in a documented exception.
   *
   * @throws AssertionError if it ends in another exception
   */
  void read(Path file) {
    try {
      reader.read(file);
    } catch (Exception refusal) {
      if (!refusals.contains(refusal.getClass())) {
        throw new AssertionError(name() + ": expected one of " + refusals, refusal);
      }
      String message = String.valueOf(refusal.getMessage());
      if (message.lines().count() != 1) {
        throw new AssertionError(name() + ": expected one line, got " + message, refusal);
      }
    }
  }

  /** The name in files and tables. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The content of a file for an input: with the lengths and checksums that no fuzzer guesses. */
  byte[] file(byte[] input) {
    return switch (this) {
      case SAFETENSORS, CHECKPOINT -> Framing.safetensors(input);
      case PICKLE -> Framing.archive(input);
      case PNG_CHUNKS -> Framing.checksums(input);
      default -> input;
    };
  }

  private static void weights(Path file) throws FormatException {
    WeightsFile read = WeightsFile.read(file);
    for (String name : read.names()) {
      read.shape(name);
      read.values(name);
    }
  }

  /** The other one of two IDX files. */
  private static Path idx(boolean images) throws IOException {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "fuzz-idx-" + images);
    return Files.exists(file) ? file : Files.write(file, Seeds.idx(images));
  }

  private static void picture(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (Images.pixels(bytes, "fuzz") <= MOST_PIXELS) {
      Images.read(bytes, "fuzz");
    }
  }

  private static void network(Path file) throws FormatException {
    NetworkDescription.read(file).graph(Seeds.network().graph().input(), 2);
  }
}
