package io.fovea.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What kernels compute from weights that never change, such as their points in Winograd's
 * convolution: computed when first asked for, kept, and shared by every workspace of a classifier.
 * Safe for use by several threads.
 */
public final class TransformedWeightCache {
  /** An array of weights, by identity, and what for. */
  @SuppressWarnings("ArrayRecordComponent") // equal where it is the same array, as wanted here
  private record Key(float[] weights, String use) {}

  private final Map<Key, float[]> kept = new ConcurrentHashMap<>();

  /** The values derived from these weights for a use. */
  public float[] of(float[] weights, String use, Supplier<float[]> values) {
    Key key = new Key(weights, use);
    float[] there = kept.get(key);
    return there != null ? there : kept.computeIfAbsent(key, absent -> values.get());
  }
}
