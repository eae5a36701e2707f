package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, "Learning multiple layers of features
 * from tiny images", 2009; https://www.cs.toronto.edu/~kriz/cifar.html): a gzip tar archive whose
 * files are records of
 *
 * <pre>
 * CIFAR-10    label, 3072 pixels
 * CIFAR-100   coarse label, fine label, 3072 pixels
 * </pre>
 *
 * bytes, the pixels as three planes of 32x32, red, green and blue. The names of the classes are in
 * the archive too.
 *
 * @param archive the archive's name
 * @param names the file with the names of the classes
 * @param train the files with training images, in order
 * @param test the file with test images
 * @param labels label bytes of a record; the last one is the class
 */
public record Cifar(String archive, String names, List<String> train, String test, int labels)
    implements SetContent {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int PIXELS = 3 * PLANE;
  private static final int LARGEST_NAMES = 1 << 20;

  public static final Cifar TEN =
      new Cifar(
          "cifar-10-binary.tar.gz",
          "batches.meta.txt",
          IntStream.rangeClosed(1, 5).mapToObj("data_batch_%d.bin"::formatted).toList(),
          "test_batch.bin",
          1);

  public static final Cifar HUNDRED =
      new Cifar(
          "cifar-100-binary.tar.gz", "fine_label_names.txt", List.of("train.bin"), "test.bin", 2);

  /** The images of one file: pixels channels-last, and the class of each. */
  private record Records(List<byte[]> images, List<Integer> classes) {}

  @Override
  public DataSplit open(
      String set, List<String> named, Map<String, Path> files, DataOptions options)
      throws DataException {
    Path path = files.values().iterator().next();
    Map<String, Records> records = new HashMap<>();
    List<String> classes = new ArrayList<>();
    TarFile.read(
        path,
        (name, size, content) -> {
          if (name.equals(names) && size < LARGEST_NAMES) {
            new String(content.readNBytes((int) size), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(classes::add);
            return true;
          }
          boolean isWanted = name.equals(test) || train.contains(name);
          if (isWanted) {
            records.put(name, records(path + ": " + name, size, content));
          }
          return isWanted;
        });
    if (classes.isEmpty()) {
      throw missing(set, path, names);
    }
    return IdxFolder.pair(
        set,
        part(set, "train", path, train, records, classes),
        part(set, "test", path, List.of(test), records, classes),
        options);
  }

  private Records records(String place, long size, InputStream in) throws IOException {
    int length = labels + PIXELS;
    if (size == 0 || size % length != 0) {
      throw new DataException(
          "cifar %s: expects complete records of %d bytes, got %d bytes; fetch the archive again"
              .formatted(place, length, size));
    }
    IdxFile.requireMemory("cifar " + place, size / length, PIXELS);
    Records read = new Records(new ArrayList<>(), new ArrayList<>());
    for (long k = 0; k < size / length; k++) {
      byte[] record = in.readNBytes(length);
      if (record.length < length) {
        throw new DataException("cifar " + place + ": ends too early; fetch the archive again");
      }
      byte[] image = new byte[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        image[i] = record[labels + i % 3 * PLANE + i / 3];
      }
      read.images().add(image);
      read.classes().add(record[labels - 1] & 0xff);
    }
    return read;
  }

  private static PixelDataset part(
      String set,
      String part,
      Path path,
      List<String> names,
      Map<String, Records> records,
      List<String> classes)
      throws DataException {
    List<byte[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (String name : names) {
      Records read = records.get(name);
      if (read == null) {
        throw missing(set, path, name);
      }
      images.addAll(read.images());
      labels.addAll(read.classes());
    }
    for (int label : labels) {
      if (label >= classes.size()) {
        throw new DataException(
            "%s: %s: expects labels below %d, the number of its classes, got %d; fetch it again"
                .formatted(set, path, classes.size(), label));
      }
    }
    return new PixelDataset(
        set + " " + part,
        Shape.of(3, SIDE, SIDE),
        classes,
        images.toArray(byte[][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        null,
        Framing.STRETCH);
  }

  private static DataException missing(String set, Path path, String name) {
    return new DataException(
        "%s: %s: expects a file %s in the archive, found none; fetch it again"
            .formatted(set, path, name));
  }
}
