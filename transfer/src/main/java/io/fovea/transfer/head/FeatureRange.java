package io.fovea.transfer.head;

import io.fovea.train.CachedFeatures;

/**
 * Some consecutive features, such as those of one layer among several layers'.
 *
 * @param from the number of the first one
 */
public record FeatureRange(int from, int count) {
  public static FeatureRange all(CachedFeatures data) {
    return new FeatureRange(0, data.width());
  }
}
