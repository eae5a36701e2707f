package io.fovea.data;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a data set is opened. Start from {@link #standard()} and change what differs.
 *
 * @param dataDir a folder in which the files of a named set are looked for first, itself or its
 *     subfolder with the set's name
 * @param imageSize the size of all images; if there is none, they keep the size they have (in a
 *     folder of images: all get the size of the first one)
 * @param grayscale true to turn colour into grey
 * @param seed decides which images are held out where a set has no test images of its own
 * @param reporter hears in a line what takes long or was not as it should be, such as {@code mnist:
 *     fetching from ...}
 */
public record DataOptions(
    Optional<Path> dataDir,
    Optional<ImageSize> imageSize,
    boolean grayscale,
    long seed,
    Consumer<String> reporter) {

  /** No data folder, images as they are, seed 42, and nobody listening. */
  public static DataOptions standard() {
    return new DataOptions(Optional.empty(), Optional.empty(), false, 42, line -> {});
  }

  /** These options with a data folder. */
  public DataOptions withDataDir(Path folder) {
    return new DataOptions(Optional.of(folder), imageSize, grayscale, seed, reporter);
  }

  /** These options with one size for all images. */
  public DataOptions withImageSize(ImageSize size) {
    return new DataOptions(dataDir, Optional.of(size), grayscale, seed, reporter);
  }

  /** These options with grey images, or images as they are. */
  public DataOptions withGrayscale(boolean grey) {
    return new DataOptions(dataDir, imageSize, grey, seed, reporter);
  }

  /** These options with another seed. */
  public DataOptions withSeed(long newSeed) {
    return new DataOptions(dataDir, imageSize, grayscale, newSeed, reporter);
  }

  /** These options with another listener. */
  public DataOptions withReporter(Consumer<String> listener) {
    return new DataOptions(dataDir, imageSize, grayscale, seed, listener);
  }
}
