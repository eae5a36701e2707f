package io.fovea.data.png;

/** Transparent samples on white. */
public final class Opacity {
  private Opacity() {}

  /** A sample of opacity a/most on white, scaled from 0..most to 0..255, rounded once. */
  public static byte onWhite(int sample, int a, int most) {
    if (a == most) {
      return (byte) (most == 255 ? sample : (255 * sample + most / 2) / most);
    }
    long full = (long) most * most;
    return (byte) ((255 * ((long) sample * a + (long) most * (most - a)) + full / 2) / full);
  }
}
