package io.fovea.transfer;

import java.util.Locale;

/**
 * The share of photos that were classified correctly, with its 95 % interval: of 25 photos, 92 % is
 * anything from 75 to 98. The interval is that of Wilson (Journal of the American Statistical
 * Association 22, 1927).
 *
 * @param share from 0 to 1
 * @param photos the number of photos that judged it
 */
public record Accuracy(double share, long photos) {
  /** The quantile of the normal distribution for 95 %. */
  private static final double Z = 1.959964;

  /** The lower end of the interval, from 0 to 1. */
  public double low() {
    return end(-1);
  }

  /** The upper end of the interval, from 0 to 1. */
  public double high() {
    return end(1);
  }

  private double end(int sign) {
    double centre = share + Z * Z / (2 * photos);
    double half = Z * Math.sqrt(share * (1 - share) / photos + Z * Z / (4.0 * photos * photos));
    return Math.clamp((centre + sign * half) / (1 + Z * Z / photos), 0, 1);
  }

  /** Such as {@code 92.0 % of 25 photos (75 to 98)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f %% of %,d %s (%.0f to %.0f)",
        100 * share,
        photos,
        photos == 1 ? "photo" : "photos",
        100 * low(),
        100 * high());
  }
}
