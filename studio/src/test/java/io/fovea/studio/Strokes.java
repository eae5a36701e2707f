package io.fovea.studio;

import io.fovea.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ten digits as recorded strokes: polylines on a pad of 100x100, written as people write them.
 * A drawing may be moved, scaled, turned, and made with another pen.
 *
 * @param lines strokes, each a list of x, y, x, y ...
 * @param pen the pen's width, in hundredths of the pad
 */
record Strokes(List<List<Double>> lines, int pen) {
  private static final int USUAL_PEN = 9;

  private static final Map<Integer, String> RECORDED =
      Map.of(
          0,
          "50 18, 38 22, 30 36, 28 52, 32 70, 42 80, 54 80, 66 72, 72 56, 70 36, 62 22, 50 18",
          1,
          "52 18, 51 34, 50 50, 49 66, 48 82",
          2,
          "30 34, 36 22, 48 17, 60 20, 67 30, 64 42, 54 54, 42 66, 30 79, 44 79, 58 79, 72 78",
          3,
          "32 24, 44 17, 58 18, 66 27, 62 39, 48 46, 62 51, 69 62, 64 75, 50 82, 36 80, 29 73",
          4,
          "38 18, 35 32, 31 46, 29 54, 42 54, 56 53, 70 52; 62 20, 61 38, 60 56, 59 70, 58 84",
          5,
          "68 18, 54 18, 38 19, 36 32, 35 44, 48 41, 60 45, 67 56, 64 70, 52 80, 38 80, 29 74",
          6,
          "62 16, 50 25, 40 38, 34 54, 34 68, 42 80, 54 82, 65 75, 67 63, 59 54, 47 55, 37 64",
          7,
          "28 22, 42 21, 56 20, 70 20, 64 34, 57 48, 50 64, 44 82",
          8,
          "64 26, 52 18, 40 22, 37 33, 45 43, 57 52, 65 64, 61 77, 48 82, 36 75, 36 63, 46 52, 58 42, 65 33, 64 26",
          9,
          "66 32, 56 20, 43 20, 35 30, 37 42, 47 48, 59 44, 66 33, 65 48, 62 64, 58 82");

  /** A digit as it was recorded. */
  static Strokes of(int digit) {
    List<List<Double>> lines = new ArrayList<>();
    for (String line : RECORDED.getOrDefault(digit, "").split("; ", -1)) {
      List<Double> points = new ArrayList<>();
      for (String number : line.split("[, ]+", -1)) {
        points.add(Double.valueOf(number));
      }
      lines.add(List.copyOf(points));
    }
    return new Strokes(List.copyOf(lines), USUAL_PEN);
  }

  /**
   * The same by another hand: turned by up to 10 degrees, 0.6 to 1.15 times as large, anywhere that
   * fits on the pad, with a pen of 6 to 12.
   */
  Strokes jittered(RandomKey key) {
    double angle = Math.toRadians(20 * key.uniform(0) - 10);
    double scale = 0.6 + 0.55 * key.uniform(1);
    double across = (2 * key.uniform(2) - 1) * Math.max(0, 46 - 38 * scale);
    double down = (2 * key.uniform(3) - 1) * Math.max(0, 46 - 38 * scale);
    List<List<Double>> moved = new ArrayList<>();
    for (List<Double> line : lines) {
      List<Double> points = new ArrayList<>();
      for (int k = 0; k < line.size(); k += 2) {
        double x = (line.get(k) - 50) * scale;
        double y = (line.get(k + 1) - 50) * scale;
        points.add(50 + across + x * Math.cos(angle) - y * Math.sin(angle));
        points.add(50 + down + x * Math.sin(angle) + y * Math.cos(angle));
      }
      moved.add(List.copyOf(points));
    }
    return new Strokes(List.copyOf(moved), 6 + (int) (7 * key.uniform(4)));
  }
}
