package io.fovea.cli;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import java.nio.file.Path;
import java.util.List;

/**
 * Made photographs of 400x600 of handwritten digits: the hundred test digits of MNIST that come
 * with the studio, each twice, written with a thin, usual or thick pen on paper of grey 230 (one in
 * four: light chalk on a dark board), slanted, anywhere on the paper, shaded by a lamp, a vignette
 * or a shadow's edge, with noise. The same for the same seed.
 */
record PhotographedDigits(List<Image> photos, List<String> labels) {
  private static final Path INSIDE = Path.of("../studio/src/main/resources/io/fovea/studio/inside");

  /** A network that reads 99.3 % of MNIST's test images. */
  static final Path MODEL = INSIDE.resolve("digits.safetensors");

  private static final int SIDE = 28;

  /** How a digit is written and photographed; all numbers come from one key. */
  private record Scene(RandomKey key, int number) {
    double uniform(int which) {
      return key.with("scene").uniform(16L * number + which);
    }

    double between(int which, double least, double most) {
      return least + uniform(which) * (most - least);
    }

    boolean isBoard() {
      return number % 4 == 3;
    }

    /** Thin, usual, thick: how far the stroke's edge moves, in pixels of MNIST. */
    double pen() {
      return new double[] {-0.4, 0, 0.6}[number % 3];
    }

    /** The share of light at a place, from -1 to 1 both ways. */
    double light(double u, double v) {
      return switch (number % 5) {
        case 0 -> 1;
        case 1, 2 -> 1 - 0.2 * (1 + between(7, -1, 1) * u + between(8, -1, 1) * v);
        case 3 -> 1 - 0.2 * (u * u + v * v);
        default -> 0.65 + 0.35 / (1 + Math.exp(-20 * (u + v / 2 - between(9, -0.3, 0.3))));
      };
    }
  }

  /** Those of some numbers from 0 to 199. */
  static PhotographedDigits of(long seed, List<Integer> numbers) throws DataException {
    Image sheet = Images.read(INSIDE.resolve("examples.png"));
    RandomKey key = RandomKey.of(seed);
    List<Image> photos =
        numbers.parallelStream()
            .map(
                n ->
                    photo(
                        sheet.cropped(SIDE * row(n), SIDE * (n / 20), SIDE, SIDE),
                        new Scene(key, n)))
            .toList();
    return new PhotographedDigits(
        photos, numbers.stream().map(n -> Integer.toString(row(n))).toList());
  }

  /** The sheet has a row for each digit, of ten images. */
  private static int row(int number) {
    return number / 2 % 10;
  }

  private static Image photo(Image digit, Scene scene) {
    boolean isUpright = scene.uniform(0) < 0.5;
    int height = isUpright ? 600 : 400;
    int width = 1000 - height;
    double unit = scene.between(1, 5, 12); // pixels for each of MNIST's
    double angle = Math.toRadians(scene.between(2, -8, 8));
    double reach = 13 * unit;
    double y0 = scene.between(3, reach, height - reach);
    double x0 = scene.between(4, reach, width - reach);
    double paper = scene.isBoard() ? scene.between(5, 30, 80) : 230;
    double pen = scene.isBoard() ? scene.between(6, 180, 240) : scene.between(6, 20, 100);
    RandomKey noise = scene.key().with("noise " + scene.number());
    byte[] pixels = new byte[height * width];
    for (int k = 0; k < pixels.length; k++) {
      int y = k / width;
      int x = k % width;
      double across = ((x - x0) * Math.cos(angle) + (y - y0) * Math.sin(angle)) / unit;
      double down = ((y - y0) * Math.cos(angle) - (x - x0) * Math.sin(angle)) / unit;
      boolean isNear = Math.max(Math.abs(down), Math.abs(across)) < SIDE / 2.0 + 1;
      double ink =
          isNear ? ink(digit, down + SIDE / 2.0, across + SIDE / 2.0, scene.pen(), unit) : 0;
      double value =
          (paper + ink * (pen - paper)) * scene.light(2.0 * x / width - 1, 2.0 * y / height - 1)
              + 16 * (noise.uniform(k) - 0.5);
      pixels[k] = (byte) Math.clamp(Math.round(value), 0, 255);
    }
    return Image.of(1, height, width, pixels);
  }

  /**
   * The share of a pixel that is ink. The edge is where a digit's grey, interpolated, is a half; it
   * moves by the distance that the grey's slope says.
   */
  private static double ink(Image digit, double y, double x, double shift, double unit) {
    double grey = grey(digit, y, x);
    double dy = grey(digit, y + 0.5, x) - grey(digit, y - 0.5, x);
    double dx = grey(digit, y, x + 0.5) - grey(digit, y, x - 0.5);
    double slope = Math.max(0.25, Math.hypot(dy, dx));
    return Math.clamp(0.5 + unit * ((grey - 0.5) / slope + shift / 2), 0, 1);
  }

  private static double grey(Image digit, double y, double x) {
    double v = y - 0.5;
    double u = x - 0.5;
    int top = (int) Math.floor(v);
    int left = (int) Math.floor(u);
    double sum = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        boolean isInside = top + i >= 0 && left + j >= 0 && top + i < SIDE && left + j < SIDE;
        double share = Math.abs(1 - i - (v - top)) * Math.abs(1 - j - (u - left));
        sum += isInside ? share * digit.get(0, top + i, left + j) / 255.0 : 0;
      }
    }
    return sum;
  }
}
