package io.fovea.transfer;

import io.fovea.train.CachedFeatures;

/**
 * Some consecutive features, such as those of one layer among several layers'.
 *
 * @param from the number of the first one
 */
record FeatureRange(int from, int count) {
  static FeatureRange all(CachedFeatures data) {
    return new FeatureRange(0, data.width());
  }
}
