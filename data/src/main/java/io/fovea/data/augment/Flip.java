package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Mirrors the image horizontally, with a probability (Krizhevsky, Sutskever and Hinton, NIPS 2012,
 * section 4.1). Not suited to digits or letters.
 *
 * @param probability from 0 to 1
 */
public record Flip(double probability) implements Operation.Moving {
  public Flip {
    Magnitudes.require("flip", "a probability", probability, 0, 1);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    if (key.uniform(0) < probability) {
      grid.flip();
    }
  }
}
