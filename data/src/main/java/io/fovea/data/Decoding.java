package io.fovea.data;

import io.fovea.dataset.Image;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Decodes the files of an image folder, on all processors, to pictures of one size and one number
 * of channels. The result does not depend on the number of threads, nor does the error: it is that
 * of the first file that has one.
 *
 * @param name the data set, for messages
 * @param size the size of all images, or none for the size of the first one
 * @param channels 1 or 3; if there is none, 1 where all images are grey
 */
record Decoding(String name, Optional<ImageSize> size, OptionalInt channels) {

  List<Image> decode(List<ImageFolder.Entry> entries) throws DataException {
    ImageFolder.Entry first = entries.get(0);
    Image example = Images.read(first.file(), first.origin());
    ImageSize wanted = size.isPresent() ? size.get() : sizeOf(example, first.origin());
    PixelDataset.requireMemory(
        "images " + name,
        entries.size(),
        (long) channels.orElse(example.channels()) * wanted.width() * wanted.height());
    Image[] images = new Image[entries.size()];
    DataException[] failures = new DataException[entries.size()];
    AtomicInteger firstFailure = new AtomicInteger(entries.size());
    IntStream.range(0, images.length)
        .parallel()
        .forEach(
            i -> {
              if (i > firstFailure.get()) {
                return; // it could not change the outcome
              }
              try {
                images[i] = decode(entries.get(i), wanted);
              } catch (DataException e) {
                failures[i] = e;
                firstFailure.accumulateAndGet(i, Math::min);
              }
            });
    if (firstFailure.get() < images.length) {
      throw failures[firstFailure.get()];
    }
    boolean grey = Arrays.stream(images).allMatch(image -> image.channels() == 1);
    int wantedChannels = channels.orElse(grey ? 1 : 3);
    return Arrays.stream(images).map(image -> image.withChannels(wantedChannels)).toList();
  }

  private static ImageSize sizeOf(Image first, String origin) throws DataException {
    try {
      return new ImageSize(first.width(), first.height());
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "image "
              + origin
              + ": is the first one and so gives the size of all, "
              + first.width()
              + "x"
              + first.height()
              + ", which is more than 4096; choose an image size",
          e);
    }
  }

  private Image decode(ImageFolder.Entry entry, ImageSize wanted) throws DataException {
    Image image = Images.read(entry.file(), entry.origin());
    Image coloured = channels.orElse(0) == 1 ? image.withChannels(1) : image;
    return coloured.resized(wanted.height(), wanted.width());
  }
}
