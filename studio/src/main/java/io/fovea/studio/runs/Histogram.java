package io.fovea.studio.runs;

import java.util.LinkedHashMap;
import java.util.Map;

/** The counts of values in {@link #BINS} equal bins of their range. */
final class Histogram {
  static final int BINS = 40;

  private Histogram() {}

  /** The range, the counts and the mean, as JSON. */
  static Map<String, Object> of(float[] values, int offset, int length) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
      sum += values[i];
    }
    int[] counts = new int[BINS];
    double width = (most - least) / BINS;
    for (int i = offset; i < offset + length; i++) {
      int bin = width > 0 ? (int) ((values[i] - least) / width) : 0;
      counts[Math.clamp(bin, 0, BINS - 1)]++;
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("from", length == 0 ? 0 : least);
    all.put("to", length == 0 ? 0 : most);
    all.put("mean", sum / Math.max(1, length));
    all.put("counts", counts);
    return all;
  }
}
