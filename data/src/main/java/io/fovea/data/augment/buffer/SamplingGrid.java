package io.fovea.data.augment.buffer;

/**
 * For every pixel of an output image its source position: x in columns, y in rows, not necessarily
 * integers, and beyond the image where the background is to be seen.
 */
public final class SamplingGrid {
  private final int height;
  private final int width;
  private final float[] x;
  private final float[] y;
  private final float[] field;
  private final GaussianBlur smoothing;

  public SamplingGrid(int height, int width) {
    this.height = height;
    this.width = width;
    this.x = new float[height * width];
    this.y = new float[height * width];
    this.field = new float[height * width];
    this.smoothing = new GaussianBlur(height, width);
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  public float x(int pixel) {
    return x[pixel];
  }

  public float y(int pixel) {
    return y[pixel];
  }

  /** Sets the identity: every pixel comes from its own position. */
  public void reset() {
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        x[i * width + j] = j;
        y[i * width + j] = i;
      }
    }
  }

  /** Maps (x, y) to (x + dx, y + dy). */
  public void move(int dx, int dy) {
    for (int k = 0; k < x.length; k++) {
      x[k] += dx;
      y[k] += dy;
    }
  }

  /** Maps (x, y), relative to the image's centre, to (xx*x + xy*y, yx*x + yy*y). */
  public void transform(double xx, double xy, double yx, double yy) {
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    for (int k = 0; k < x.length; k++) {
      double dx = x[k] - middleX;
      double dy = y[k] - middleY;
      x[k] = (float) (middleX + xx * dx + xy * dy);
      y[k] = (float) (middleY + yx * dx + yy * dy);
    }
  }

  /**
   * Rotates the picture anticlockwise about its centre. Rows run downward, so positions are rotated
   * in the same direction.
   */
  public void rotate(double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    transform(cos, -sin, sin, cos);
  }

  /** Maps (x, y), relative to the upper left corner, to (x + alongX*y, y + alongY*x). */
  public void slantFromCorner(double alongX, double alongY) {
    for (int k = 0; k < x.length; k++) {
      double fromLeft = x[k] + 0.5;
      double fromTop = y[k] + 0.5;
      x[k] = (float) (fromLeft + alongX * fromTop - 0.5);
      y[k] = (float) (fromTop + alongY * fromLeft - 0.5);
    }
  }

  /** Enlarges the box to the full image; positions stay inside the box. */
  public void enlarge(int top, int left, int boxHeight, int boxWidth) {
    double xScale = (double) boxWidth / width;
    double yScale = (double) boxHeight / height;
    for (int k = 0; k < x.length; k++) {
      x[k] = left + (float) Math.clamp((x[k] + 0.5) * xScale - 0.5, 0, boxWidth - 1);
      y[k] = top + (float) Math.clamp((y[k] + 0.5) * yScale - 0.5, 0, boxHeight - 1);
    }
  }

  /** Exchanges left and right. */
  public void flip() {
    for (int k = 0; k < x.length; k++) {
      x[k] = width - 1 - x[k];
    }
  }

  /** Reflects positions beyond the first and the last row and column there, once. */
  public void reflect() {
    for (int k = 0; k < x.length; k++) {
      x[k] = reflected(x[k], width - 1);
      y[k] = reflected(y[k], height - 1);
    }
  }

  private static float reflected(float position, int last) {
    return position < 0 ? -position : position > last ? 2 * last - position : position;
  }

  /** Memory for one number a pixel, with undefined contents. */
  public float[] field() {
    return field;
  }

  /** Smooths the field by a Gaussian of deviation sigma and adds alpha times it to x. */
  public void displaceX(double alpha, double sigma) {
    smoothing.apply(field, sigma);
    add(x, alpha);
  }

  public void displaceY(double alpha, double sigma) {
    smoothing.apply(field, sigma);
    add(y, alpha);
  }

  private void add(float[] target, double alpha) {
    for (int k = 0; k < target.length; k++) {
      target[k] += (float) alpha * field[k];
    }
  }
}
