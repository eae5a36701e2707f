package io.fovea.cli;

import io.fovea.data.Idx;
import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Small data sets for tests: a slice of real digits as IDX files, and a folder of drawn shapes as
 * PNGs.
 */
public final class SmallData {
  private static final Path GOLDEN = Path.of("../core/src/test/resources/golden");

  private SmallData() {}

  public static Dataset digits() throws IOException {
    return Idx.read(
        GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"));
  }

  /**
   * A folder with IDX files: the first {@code train} real digits to learn from, the next 100 to
   * test on.
   */
  public static Path idxFolder(Path folder, int train) throws IOException {
    Files.createDirectories(folder);
    Dataset all = digits();
    int[] rest = new int[100];
    java.util.Arrays.setAll(rest, i -> 500 + i);
    Idx.write(
        all.first(train),
        folder.resolve("train-images-idx3-ubyte"),
        folder.resolve("train-labels-idx1-ubyte"));
    Idx.write(
        all.select(rest, "test"),
        folder.resolve("t10k-images-idx3-ubyte"),
        folder.resolve("t10k-labels-idx1-ubyte"));
    return folder;
  }

  /**
   * A folder of class folders: colour pictures of bars, crosses and rings at random places, in
   * colours of no meaning.
   */
  public static Path pictureFolder(Path folder, int ofEach) throws IOException {
    for (String shape : List.of("bar", "cross", "ring")) {
      Files.createDirectories(folder.resolve(shape));
      for (int i = 0; i < ofEach; i++) {
        RandomKey key = RandomKey.of(7).with(shape).with(i);
        Images.write(draw(shape, key), folder.resolve(shape).resolve("p" + i + ".png"));
      }
    }
    return folder;
  }

  /**
   * A CSV file of pictures with two digits side by side, of {@code count} random pairs from these
   * images, of which the last fifth is for the test, of the last fifth of the digits. Its labels
   * are the digits; two equal ones are one label, and those that are left out of the classes have
   * none.
   */
  public static Path digitPairs(Path folder, Dataset digits, int count, List<String> classes)
      throws IOException {
    Files.createDirectories(folder);
    StringBuilder csv = new StringBuilder("file,label,split\n");
    int known = digits.size() - digits.size() / 5;
    for (int i = 0; i < count; i++) {
      boolean isTest = i >= count - count / 5;
      RandomKey key = RandomKey.of(7).with("pair").with(i);
      TreeSet<String> labels = new TreeSet<>();
      byte[] pixels = new byte[28 * 56];
      for (int side = 0; side < 2; side++) {
        int digit =
            isTest ? known + key.below(digits.size() - known, side) : key.below(known, side);
        labels.add(digits.classes().get(digits.label(digit)));
        for (int y = 0; y < 28; y++) {
          System.arraycopy(digits.image(digit).pixels(), 28 * y, pixels, 56 * y + 28 * side, 28);
        }
      }
      labels.retainAll(classes);
      Images.write(Image.of(1, 28, 56, pixels), folder.resolve(i + ".png"));
      csv.append(
          "%d.png,%s,%s\n".formatted(i, String.join(";", labels), isTest ? "test" : "train"));
    }
    return Files.writeString(folder.resolve("pairs.csv"), csv);
  }

  static Image draw(String shape, RandomKey key) {
    int size = 20;
    byte[] pixels = new byte[3 * size * size];
    int y0 = 6 + key.below(8, 0);
    int x0 = 6 + key.below(8, 1);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        if (isInk(shape, y - y0, x - x0)) {
          for (int c = 0; c < 3; c++) {
            pixels[(y * size + x) * 3 + c] = (byte) (128 + key.below(128, 2 + c));
          }
        }
      }
    }
    return Image.of(3, size, size, pixels);
  }

  private static boolean isInk(String shape, int dy, int dx) {
    return switch (shape) {
      case "bar" -> Math.abs(dy) <= 1 && Math.abs(dx) <= 5;
      case "cross" -> (dy == 0 || dx == 0) && Math.abs(dy) <= 5 && Math.abs(dx) <= 5;
      default -> Math.abs(dy * dy + dx * dx - 20) <= 5;
    };
  }
}
