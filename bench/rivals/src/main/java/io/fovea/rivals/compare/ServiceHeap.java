package io.fovea.rivals.compare;

import io.fovea.format.onnx.Onnx;
import io.fovea.network.execution.ExecutionPlan;
import io.fovea.rivals.measure.MeasurementSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The least heap of a service, in MB, by the two formulas of docs/production.md. */
final class ServiceHeap {
  private static final double MEGABYTE = 1e6;

  private ServiceHeap() {}

  /** What reading the file takes and, in batches, the memory of the values as well. */
  static long megabytes(Path file, int batch) throws IOException {
    long floats = batch == 1 ? 0 : ExecutionPlan.inference(Onnx.read(file)).floats();
    return megabytes(Files.size(file), floats * Float.BYTES, MeasurementSettings.THREADS);
  }

  /**
   * The formula.
   *
   * @param file its size in bytes
   * @param values their bytes for one image; 0 where images come one at a time
   * @param threads of the classifier
   */
  static long megabytes(long file, long values, int threads) {
    return Math.round(70 + (2.5 * file + (4 * threads + 8.0) * values) / MEGABYTE);
  }
}
