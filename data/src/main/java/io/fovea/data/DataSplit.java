package io.fovea.data;

import io.fovea.dataset.Dataset;

/**
 * A data set in its two parts: images to learn from and images to be tested on. Both have the same
 * shape and the same classes.
 *
 * @param name a name for messages, such as "mnist"
 * @param train the images to learn from
 * @param test the images to be tested on, never learnt from
 * @param note what people should know of how the parts came about, such as that one tenth was held
 *     out as test set; empty if there is nothing to say
 */
public record DataSplit(String name, Dataset train, Dataset test, String note) {
  /**
   * Images without a test set: one tenth of each class is held out as one, at least one image of a
   * class that has two. Which ones depends on the seed and on the order of the images alone.
   *
   * @throws DataException if no class has two images or more
   */
  public static DataSplit heldOut(String name, Dataset whole, long seed) throws DataException {
    return HoldOut.split(name, whole, seed);
  }
}
