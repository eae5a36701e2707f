/**
 * A drawing framed as MNIST's digits were: in a box of 20 x 20, its centre of mass in the middle of
 * 28 x 28.
 */
@SuppressWarnings("DefaultPackage") // beside TwoLayerCnn, which has no package
final class DrawnDigit {
  private static final int FIELD = 28;
  private static final int BOX = 20;
  private static final int FAINTEST = 32; // ink

  private final byte[] ink;
  private final int side;

  /**
   * A drawing.
   *
   * @param ink {@code side} rows of as many pixels, 0 to 255
   */
  DrawnDigit(byte[] ink, int side) {
    this.ink = ink;
    this.side = side;
  }

  /** The ink at a place; none outside. */
  private int at(int i, int j) {
    return i >= 0 && j >= 0 && i < side && j < side ? ink[i * side + j] & 255 : 0;
  }

  /** 28 x 28 pixels; empty without ink. */
  byte[] framed() {
    int top = side;
    int left = side;
    int bottom = -1;
    int right = -1;
    double mass = 0;
    double rows = 0; // of the ink, times its mass
    double columns = 0;
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        if (at(i, j) >= FAINTEST) {
          top = Math.min(top, i);
          left = Math.min(left, j);
          bottom = i;
          right = Math.max(right, j);
        }
        mass += at(i, j);
        rows += at(i, j) * (i + 0.5);
        columns += at(i, j) * (j + 0.5);
      }
    }
    if (bottom < 0) {
      return new byte[0];
    }
    double scale = Math.max(bottom - top + 1, right - left + 1) / (double) BOX;
    long row = Math.round(FIELD / 2.0 - (rows / mass - top) / scale); // of the box in the field
    long column = Math.round(FIELD / 2.0 - (columns / mass - left) / scale);
    byte[] pixels = new byte[FIELD * FIELD];
    for (int i = 0; i < FIELD; i++) {
      for (int j = 0; j < FIELD; j++) {
        double y = top + (i - row) * scale;
        double x = left + (j - column) * scale;
        pixels[i * FIELD + j] = (byte) Math.round(mean(y, x, scale));
      }
    }
    return pixels;
  }

  /** The mean of the ink in a square whose edges need not be whole. */
  private double mean(double y, double x, double size) {
    double sum = 0;
    for (int i = (int) Math.floor(y); i < y + size; i++) {
      double height = Math.min(i + 1, y + size) - Math.max(i, y);
      for (int j = (int) Math.floor(x); j < x + size; j++) {
        sum += height * (Math.min(j + 1, x + size) - Math.max(j, x)) * at(i, j);
      }
    }
    return sum / (size * size);
  }
}
