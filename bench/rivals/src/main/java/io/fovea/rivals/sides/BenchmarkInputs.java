package io.fovea.rivals.sides;

import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The inputs that answers are measured with: ready before the clock starts, on every side. */
final class BenchmarkInputs {
  private static final int IMAGES = 1_024;
  private static final int RANDOM_BATCHES = 4;

  private BenchmarkInputs() {}

  /** The first images, scaled, in batches of one size; at least one batch. */
  static List<float[]> batches(ImageSet images, int batch) {
    int[] order = new int[images.size()];
    Arrays.setAll(order, i -> i);
    List<float[]> batches = new ArrayList<>();
    for (int b = 0; b < Math.max(1, IMAGES / batch); b++) {
      float[] values = new float[batch * images.elements()];
      images.inputs(order, b * batch, batch, values);
      batches.add(values);
    }
    return batches;
  }

  /** Values from -1 to 1, some batches of them, the same on every side. */
  static List<float[]> random(int floats) {
    SplittableRandom random = new SplittableRandom(MeasurementSettings.SEED);
    List<float[]> batches = new ArrayList<>();
    for (int b = 0; b < RANDOM_BATCHES; b++) {
      float[] values = new float[floats];
      for (int i = 0; i < floats; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      batches.add(values);
    }
    return batches;
  }
}
