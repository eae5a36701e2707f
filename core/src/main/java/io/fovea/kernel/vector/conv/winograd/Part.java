package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.vector.machine.Lanes;

/**
 * A part of the vectors of channels or filters.
 *
 * @param from the first one
 * @param to the one after the last
 */
record Part(int from, int to) {
  /** Part {@code index} of {@code count} of nearly equal size, in pairs of vectors. */
  static Part of(int vectors, int index, int count) {
    int pairs = Math.ceilDiv(vectors, 2);
    return new Part(pairs * index / count * 2, Math.min(vectors, pairs * (index + 1) / count * 2));
  }

  /**
   * The number of parts that each of some chunks is divided into, where chunks alone would leave
   * threads without work: gradients of 512 channels have 4 chunks. No sum crosses parts, so threads
   * may decide. Each part transforms the chunk's images again, which takes about as long as the
   * products of 32 channels; with two chunks a thread there is one part.
   */
  static int count(int chunks, int threads, int channels) {
    if (chunks >= 2 * threads) {
      return 1;
    }
    int best = 1;
    double least = Double.MAX_VALUE;
    for (int parts = 1; parts <= Math.max(1, channels / (2 * Lanes.COUNT)); parts++) {
      // Rounds over the threads, each of a share of the products and all transforms.
      double time = Math.ceilDiv(chunks * parts, threads) * (1.0 / parts + 32.0 / channels);
      if (time < least) {
        least = time;
        best = parts;
      }
    }
    return best;
  }

  /** How many. */
  int vectors() {
    return to - from;
  }
}
