package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.preprocessing.ImageFraming;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Decodes the image files of a set on all processors, to pictures of one size. The result does not
 * depend on the number of threads, nor do the errors: all files are tried.
 */
public final class FileDecoder {
  /** Files that are decoded to see whether a set is grey, before its memory is estimated. */
  private static final int EXAMPLES = 16;

  /** Whether a file is grey does not depend on its scale. */
  private static final DecodingTarget SMALLEST = new DecodingTarget(1, 1);

  private FileDecoder() {}

  public static Image decode(ImageEntry entry, Shape shape, Framing framing) throws DataException {
    return read(
        entry,
        DecodingTarget.of(shape, framing),
        image ->
            ImageFraming.of(
                image.withChannels(shape.size(0)), shape.size(1), shape.size(2), framing));
  }

  private static <T> T read(ImageEntry entry, DecodingTarget target, Function<Image, T> use)
      throws DataException {
    return DecodingMemory.HEAP.with(
        ImageCodec.memory(entry.file(), target),
        () -> use.apply(ImageCodec.read(entry.file(), entry.origin(), target)));
  }

  /**
   * The result of decoding all files.
   *
   * @param images the pictures at their size, null for files that cannot be used; empty if not kept
   * @param reasons why a file cannot be used, null for those that can
   * @param isGrey whether all usable files are grey
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Decoded(Image[] images, DataException[] reasons, boolean isGrey) {}

  /**
   * Tries all files.
   *
   * @param channels 1 to turn colour into grey while decoding; otherwise pictures keep theirs
   * @param isKept whether the pictures are needed, or only the errors
   * @throws OutOfMemoryError if the heap is full; that is no fault of a file
   */
  public static Decoded decodeAll(
      List<ImageEntry> entries,
      ImageSize size,
      OptionalInt channels,
      Framing framing,
      boolean isKept) {
    int count = entries.size();
    Image[] images = new Image[isKept ? count : 0];
    DataException[] reasons = new DataException[count];
    boolean[] coloured = new boolean[count];
    DecodingTarget target = DecodingTarget.of(size, framing);
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              try {
                coloured[i] =
                    read(
                        entries.get(i),
                        target,
                        image -> {
                          if (isKept) {
                            Image wanted = channels.orElse(0) == 1 ? image.withChannels(1) : image;
                            images[i] =
                                ImageFraming.of(wanted, size.height(), size.width(), framing);
                          }
                          return image.channels() == 3;
                        });
              } catch (DataException broken) {
                String place = entries.get(i).place();
                reasons[i] =
                    place.isEmpty()
                        ? broken
                        : new DataException(place + ": " + broken.getMessage(), broken);
              }
            });
    boolean isGrey = IntStream.range(0, count).noneMatch(i -> coloured[i]);
    return new Decoded(images, reasons, isGrey);
  }

  /** Whether some files, spread evenly, are all grey; what cannot be read counts as grey. */
  public static boolean looksGrey(List<ImageEntry> entries) {
    int count = Math.min(EXAMPLES, entries.size());
    return IntStream.range(0, count)
        .noneMatch(i -> isColoured(entries.get((int) ((long) i * entries.size() / count))));
  }

  private static boolean isColoured(ImageEntry entry) {
    try {
      return read(entry, SMALLEST, image -> image.channels() == 3);
    } catch (DataException broken) {
      return false;
    }
  }
}
