package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.data.base.ImageSize;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses one size for the images of a set if the user gives none. Images that all have one size
 * keep it, scaled down to {@value #LARGEST} on the longer side. Others become squares of the median
 * of their shorter sides, {@value #LARGEST} at most. The headers of {@value #LOOKED_AT} files,
 * spread evenly, are read.
 */
public final class ImageSizeSurvey {
  /** The side that most networks for photos are trained on. */
  static final int LARGEST = 224;

  private static final int LOOKED_AT = 512;

  private ImageSizeSurvey() {}

  /** Width and height of an upright picture, of any size. */
  public record Sides(long width, long height) implements Serializable {
    long shorter() {
      return Math.min(width, height);
    }

    @SuppressWarnings("ArgumentSelectionDefectChecker") // exchanged on purpose
    Sides turned() {
      return new Sides(height, width);
    }

    long longer() {
      return Math.max(width, height);
    }
  }

  /**
   * The chosen size.
   *
   * @param size the size of all images
   * @param remark a remark for the user; empty if all images have that size already
   */
  public record Choice(ImageSize size, String remark) {}

  /** The size for these files; those that cannot be read are skipped. */
  public static Choice of(String name, List<ImageEntry> entries) {
    int count = Math.min(LOOKED_AT, entries.size());
    return choose(
        name,
        IntStream.range(0, count)
            .parallel()
            .mapToObj(i -> sides(entries.get((int) ((long) i * entries.size() / count))))
            .flatMap(Optional::stream)
            .toList());
  }

  private static Optional<Sides> sides(ImageEntry entry) {
    try {
      return DecodingMemory.HEAP.with(
          Files.size(entry.file()),
          () -> sides(ImageCodec.bytes(entry.file(), entry.origin()), entry.origin()));
    } catch (IOException broken) {
      return Optional.empty();
    }
  }

  /** The sides of an image file by its header; empty if it cannot be read. */
  public static Optional<Sides> sides(byte[] file, String name) {
    try {
      return Optional.of(ImageCodec.sides(file, name));
    } catch (DataException broken) {
      return Optional.empty();
    }
  }

  /** Whether the survey of {@code count} images includes the one with this index. */
  public static boolean looksAt(long index, long count) {
    long looked = Math.min(LOOKED_AT, count);
    long nearest = (index * looked + count - 1) / count;
    return nearest < looked && nearest * count / looked == index;
  }

  /**
   * The size for images with this sample of sides.
   *
   * @param name the set's name, for the remark
   */
  public static Choice choose(String name, List<Sides> sides) {
    if (sides.isEmpty()) {
      return new Choice(new ImageSize(LARGEST, LARGEST), ""); // broken files are reported later
    }
    Sides first = sides.getFirst();
    boolean isOneSize = sides.stream().allMatch(first::equals);
    if (isOneSize && first.longer() <= LARGEST) {
      return new Choice(new ImageSize((int) first.width(), (int) first.height()), "");
    }
    if (isOneSize) {
      double scale = (double) LARGEST / first.longer();
      ImageSize size = new ImageSize(scaled(first.width(), scale), scaled(first.height(), scale));
      return new Choice(
          size,
          "%s: images of %dx%d are scaled to %s; --image-size WxH sets another size"
              .formatted(name, first.width(), first.height(), size));
    }
    long[] shorter = sides.stream().mapToLong(Sides::shorter).sorted().toArray();
    int side = (int) Math.min(LARGEST, shorter[shorter.length / 2]);
    Sides smallest = sides.stream().min(ImageSizeSurvey::byArea).orElseThrow();
    Sides largest = sides.stream().max(ImageSizeSurvey::byArea).orElseThrow();
    return new Choice(
        new ImageSize(side, side),
        "%s: images of different sizes, %dx%d to %dx%d, become %dx%d (resized, centre crop); --image-size WxH sets another size"
            .formatted(
                name,
                smallest.width(),
                smallest.height(),
                largest.width(),
                largest.height(),
                side,
                side));
  }

  private static int byArea(Sides a, Sides b) {
    return Long.compare(a.width() * a.height(), b.width() * b.height());
  }

  private static int scaled(long side, double scale) {
    return (int) Math.max(1, Math.round(side * scale));
  }
}
