package io.fovea.data.augment;

/**
 * For every pixel of an image being made, the position of the pixel it comes from: x in columns, y
 * in rows, not necessarily whole, and beyond the image where its background shall be seen.
 */
public final class Positions {
  private final int height;
  private final int width;
  private final float[] x;
  private final float[] y;
  private final float[] field;
  private final Smoothing smoothing;

  Positions(int height, int width) {
    this.height = height;
    this.width = width;
    this.x = new float[height * width];
    this.y = new float[height * width];
    this.field = new float[height * width];
    this.smoothing = new Smoothing(height, width);
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  float x(int pixel) {
    return x[pixel];
  }

  float y(int pixel) {
    return y[pixel];
  }

  /** Every pixel comes from its own place. */
  void reset() {
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        x[i * width + j] = j;
        y[i * width + j] = i;
      }
    }
  }

  /** (x, y) becomes (x + dx, y + dy). */
  void move(int dx, int dy) {
    for (int k = 0; k < x.length; k++) {
      x[k] += dx;
      y[k] += dy;
    }
  }

  /** About the image's centre, (x, y) becomes (xx*x + xy*y, yx*x + yy*y). */
  void transform(double xx, double xy, double yx, double yy) {
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    for (int k = 0; k < x.length; k++) {
      double dx = x[k] - middleX;
      double dy = y[k] - middleY;
      x[k] = (float) (middleX + xx * dx + xy * dy);
      y[k] = (float) (middleY + yx * dx + yy * dy);
    }
  }

  /** About the image's upper left corner, (x, y) becomes (x + alongX*y, y + alongY*x). */
  void slantFromCorner(double alongX, double alongY) {
    for (int k = 0; k < x.length; k++) {
      double fromLeft = x[k] + 0.5;
      double fromTop = y[k] + 0.5;
      x[k] = (float) (fromLeft + alongX * fromTop - 0.5);
      y[k] = (float) (fromTop + alongY * fromLeft - 0.5);
    }
  }

  /** The box is enlarged to the whole image; positions stay within it. */
  void enlarge(int top, int left, int boxHeight, int boxWidth) {
    double xScale = (double) boxWidth / width;
    double yScale = (double) boxHeight / height;
    for (int k = 0; k < x.length; k++) {
      x[k] = left + (float) Math.clamp((x[k] + 0.5) * xScale - 0.5, 0, boxWidth - 1);
      y[k] = top + (float) Math.clamp((y[k] + 0.5) * yScale - 0.5, 0, boxHeight - 1);
    }
  }

  /** Left becomes right. */
  void flip() {
    for (int k = 0; k < x.length; k++) {
      x[k] = width - 1 - x[k];
    }
  }

  /** Positions beyond the first and the last row and column are reflected there, once. */
  void reflect() {
    for (int k = 0; k < x.length; k++) {
      x[k] = reflected(x[k], width - 1);
      y[k] = reflected(y[k], height - 1);
    }
  }

  private static float reflected(float position, int last) {
    return position < 0 ? -position : position > last ? 2 * last - position : position;
  }

  /** Memory for one number a pixel, with contents of no meaning. */
  float[] field() {
    return field;
  }

  /** Smooths the field by a Gaussian of deviation sigma and adds alpha times it to x. */
  void displaceX(double alpha, double sigma) {
    smoothing.apply(field, sigma);
    add(x, alpha);
  }

  /** The same for y. */
  void displaceY(double alpha, double sigma) {
    smoothing.apply(field, sigma);
    add(y, alpha);
  }

  private void add(float[] target, double alpha) {
    for (int k = 0; k < target.length; k++) {
      target[k] += (float) alpha * field[k];
    }
  }
}
