package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.data.base.PixelDataset;
import io.fovea.data.picture.FileDecoder;
import io.fovea.data.picture.ImageEntry;
import io.fovea.data.picture.ImageSizeSurvey;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes a data set of labelled image files: chooses one size, tries all files, and holds the images
 * in memory or, where they would take too much of it, streams them from the disk.
 */
public final class FileSets {
  private FileSets() {}

  /**
   * Opens the files.
   *
   * @param name the set's name
   * @param train the files to learn from, or all where there are none to test on
   * @param notes on the parts, for users
   */
  static DataSplit open(
      String name,
      LabelledFiles train,
      Optional<LabelledFiles> test,
      DataOptions options,
      List<String> notes)
      throws DataException {
    options.requireClasses(train.classes());
    List<ImageEntry> all = new ArrayList<>(train.entries());
    test.ifPresent(files -> all.addAll(files.entries()));
    ImageSize size = size(name, all, options);
    int likely = options.channels().orElse(FileDecoder.looksGrey(all) ? 1 : 3);
    long bytes = (long) all.size() * likely * size.width() * size.height();
    boolean isStreamed = bytes > options.memory();
    if (isStreamed) {
      sayStreaming(name, all.size(), bytes, options);
    }
    LabelledFiles whole = new LabelledFiles(name, train.classes(), all);
    FileDecoder.Decoded decoded =
        FileDecoder.decodeAll(all, size, options.channels(), options.framing(), !isStreamed);
    LabelledFiles sound = BrokenFiles.sound(whole, decoded.reasons(), options);
    Shape shape =
        Shape.of(options.channels().orElse(decoded.isGrey() ? 1 : 3), size.height(), size.width());
    Dataset simple =
        isStreamed
            ? new StreamedImages(sound, shape, options.framing())
            : inMemory(sound, shape, decoded, options.framing());
    Dataset ungrouped =
        whole.isMultiLabel()
            ? simple.withLabels(sound.entries().stream().map(ImageEntry::labels).toList())
            : simple;
    Dataset images =
        options.groupBy().isEmpty()
            ? ungrouped
            : ungrouped.grouped(sound.entries().stream().map(ImageEntry::group).toList());
    List<DataSplit.Skipped> skipped = BrokenFiles.skipped(whole, decoded.reasons());
    if (test.isEmpty()) {
      DataSplit split = DataSplit.heldOut(name, images, options.seed());
      List<String> every = new ArrayList<>(List.of(split.note()));
      every.addAll(notes);
      return new DataSplit(name, split.train(), split.test(), String.join("; ", every), skipped);
    }
    int border =
        (int)
            Arrays.stream(decoded.reasons())
                .limit(train.entries().size())
                .filter(Objects::isNull)
                .count();
    return new DataSplit(
        name,
        images.select(IntStream.range(0, border).toArray(), train.name()),
        images.select(IntStream.range(border, images.size()).toArray(), test.get().name()),
        String.join("; ", notes),
        skipped);
  }

  private static ImageSize size(String name, List<ImageEntry> entries, DataOptions options) {
    if (options.imageSize().isPresent()) {
      return options.imageSize().get();
    }
    ImageSizeSurvey.Choice choice = ImageSizeSurvey.of(name, entries);
    if (!choice.remark().isEmpty()) {
      options.reporter().accept(choice.remark());
    }
    return choice.size();
  }

  private static void sayStreaming(String name, int count, long bytes, DataOptions options) {
    options
        .reporter()
        .accept(
            String.format(
                Locale.ROOT,
                "%s: %,d images are %,d MB decoded, more than the %,d MB kept in memory (a quarter of the heap): they are checked once, then read from their files in each epoch; -Xmx raises the heap",
                name,
                count,
                bytes / 1_000_000,
                options.memory() / 1_000_000));
  }

  private static Dataset inMemory(
      LabelledFiles files, Shape shape, FileDecoder.Decoded decoded, Framing framing) {
    byte[][] pixels = new byte[files.entries().size()][];
    int n = 0;
    for (Image image : decoded.images()) {
      if (image != null) {
        pixels[n++] = image.withChannels(shape.size(0)).pixels();
      }
    }
    return new PixelDataset(
        files.name(),
        shape,
        files.classes(),
        pixels,
        files.entries().stream().mapToInt(ImageEntry::label).toArray(),
        files.entries().stream().map(ImageEntry::origin).toList(),
        framing);
  }
}
