package io.fovea.studio;

import io.fovea.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ten digits as recorded strokes: polylines on a pad of 100x100, written as people write them,
 * and the same by other hands.
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
   * The same by another hand. A hand has its own slant (up to 17 degrees to either side), width and
   * height (0.55 to 1.15 of what was recorded), pen (5 to 13), and a shake of up to 1.5 hundredths
   * of the pad at each point; each of its drawings also turns by up to 6 degrees, differs in size
   * by up to a tenth, and lies anywhere that fits on the pad.
   *
   * @param hand gives what the hand has of its own
   * @param drawing gives what differs from one drawing to the next
   */
  Strokes by(RandomKey hand, RandomKey drawing) {
    double slant = between(hand, 0, -0.3, 0.3);
    double angle = Math.toRadians(between(drawing, 0, -6, 6));
    double size = between(drawing, 1, 0.9, 1.1);
    double wide = size * between(hand, 1, 0.55, 1.05);
    double high = size * between(hand, 2, 0.6, 1.05);
    double shake = between(hand, 3, 0, 1.5);
    double room = Math.max(0, 46 - 38 * Math.max(wide, high));
    double across = between(drawing, 2, -room, room);
    double down = between(drawing, 3, -room, room);
    List<List<Double>> moved = new ArrayList<>();
    for (List<Double> line : lines) {
      List<Double> points = new ArrayList<>();
      for (int k = 0; k < line.size(); k += 2) {
        int at = 10 + 100 * moved.size() + k;
        double y = (line.get(k + 1) - 50) * high;
        double x = (line.get(k) - 50) * wide - slant * y;
        double right = x * Math.cos(angle) - y * Math.sin(angle);
        double below = x * Math.sin(angle) + y * Math.cos(angle);
        points.add(50 + across + right + between(drawing, at, -shake, shake));
        points.add(50 + down + below + between(drawing, at + 1, -shake, shake));
      }
      moved.add(List.copyOf(points));
    }
    return new Strokes(List.copyOf(moved), (int) Math.round(between(hand, 4, 5, 13)));
  }

  private static double between(RandomKey key, int which, double least, double most) {
    return least + key.uniform(which) * (most - least);
  }
}
