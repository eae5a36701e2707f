package io.fovea.source.template;

/**
 * A sample of each value that templates name, so that they compile: where a class is written, the
 * name is replaced by a literal, an expression or a list.
 */
class Samples {
  // Of a layer, and what a layer writes at most.
  static float $value, $alpha, $beta, $gamma, $slope, $min, $max;
  static int $widest;

  // Of a network.
  static String $labels = "";
  static float[][] $last = {{1}}, $features = {{1}};
  static float $place, $z, $mean, $deviation;
  static double $least, $limit, $thresholds;
  static int $height, $width, $channels, $length, $sample, $numbers;
  static boolean $isDark;

  static float[] $probability(float[] z) {
    return z;
  }
}
