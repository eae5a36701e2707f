package io.fovea.kernel.op;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A cache of values that kernels compute from weights that never change, such as their points in
 * Winograd's convolution: computed on first use, kept, and shared by all workspaces of a
 * classifier. Safe for use by several threads.
 */
public final class TransformedWeightCache {
  /** An array of weights, by identity, and the use of the values. */
  @SuppressWarnings("ArrayRecordComponent") // equal where it is the same array, as wanted here
  private record Key(float[] weights, String use) {}

  private final Map<Key, float[]> kept = new ConcurrentHashMap<>();

  public long floats() {
    return kept.values().stream().mapToLong(values -> values.length).sum();
  }

  public float[] of(float[] weights, String use, Supplier<float[]> values) {
    Key key = new Key(weights, use);
    float[] there = kept.get(key);
    return there != null ? there : kept.computeIfAbsent(key, absent -> values.get());
  }
}
