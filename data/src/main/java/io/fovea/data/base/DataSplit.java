package io.fovea.data.base;

import io.fovea.dataset.Dataset;
import java.util.List;

/**
 * A data set in two parts: training images and test images. Both have the same shape and the same
 * classes.
 *
 * @param name a name for messages, such as "mnist"
 * @param train the training images
 * @param test the test images, never learned from
 * @param note how the parts were made, for users, such as that one tenth was held out as test set;
 *     may be empty
 * @param skipped the image files that were left out since they cannot be read ({@link
 *     DataOptions#skipBroken})
 */
public record DataSplit(
    String name, Dataset train, Dataset test, String note, List<Skipped> skipped) {
  public DataSplit {
    skipped = List.copyOf(skipped);
  }

  /** A split of images that are all there. */
  public DataSplit(String name, Dataset train, Dataset test, String note) {
    this(name, train, test, note, List.of());
  }

  /**
   * A file that was left out.
   *
   * @param file its path within the data set
   * @param reason why it cannot be read, and the cure
   */
  public record Skipped(String file, String reason) {}

  /**
   * A split of images without a test set: one tenth of each class is held out, at least one image
   * of a class that has two. The choice depends only on the seed and the order of the images.
   *
   * @throws DataException if no class has two images or more
   */
  public static DataSplit heldOut(String name, Dataset whole, long seed) throws DataException {
    return TestSplit.split(name, whole, seed);
  }
}
