package io.fovea.source.template;

/** Pictures of other sizes than the network takes. */
class Pictures {
  // ## picture
  /** One channel of a picture: pixels from 0 to 255, row by row. */
  protected static final class Picture {
    final int height;
    final int width;
    final int[] pixels;

    Picture(int height, int width, int[] pixels) {
      this.height = height;
      this.width = width;
      this.pixels = pixels;
    }

    /** Rows and columns resampled one after the other, rounded at the end. */
    Picture resized(int newHeight, int newWidth) {
      double[] x = new double[pixels.length];
      for (int k = 0; k < x.length; k++) {
        x[k] = pixels[k];
      }
      if (height >= newHeight) {
        x = resampled(resampled(x, 1, height, newHeight, width), newHeight, width, newWidth, 1);
      } else {
        x = resampled(resampled(x, height, width, newWidth, 1), 1, height, newHeight, newWidth);
      }
      int[] rounded = new int[x.length];
      for (int k = 0; k < x.length; k++) {
        rounded[k] = (int) Math.max(0, Math.min(255, Math.round(x[k])));
      }
      return new Picture(newHeight, newWidth, rounded);
    }

    /**
     * One axis at another size, by a triangle filter: as wide as an output pixel on each side, or
     * an input pixel when enlarging. Element (n, s, c) of x lies at (n * from + s) * inner + c.
     */
    private static double[] resampled(double[] x, int outer, int from, int to, int inner) {
      double[] y = new double[outer * to * inner];
      double radius = Math.max(1.0, (double) from / to);
      for (int k = 0; k < to; k++) {
        double centre = (k + 0.5) * from / to - 0.5;
        int first = Math.max(0, (int) Math.ceil(centre - radius));
        int last = Math.min(from - 1, (int) Math.floor(centre + radius));
        double sum = 0;
        for (int s = first; s <= last; s++) {
          sum += Math.max(0, 1 - Math.abs(s - centre) / radius);
        }
        for (int s = first; s <= last; s++) {
          double share = Math.max(0, 1 - Math.abs(s - centre) / radius) / sum;
          for (int n = 0; n < outer; n++) {
            for (int c = 0; c < inner; c++) {
              y[(n * to + k) * inner + c] += share * x[(n * from + s) * inner + c];
            }
          }
        }
      }
      return y;
    }

    // #if !stretch

    Picture cropped(int top, int left, int newHeight, int newWidth) {
      int[] cut = new int[newHeight * newWidth];
      for (int i = 0; i < newHeight; i++) {
        System.arraycopy(pixels, (top + i) * width + left, cut, i * newWidth, newWidth);
      }
      return new Picture(newHeight, newWidth, cut);
    }

    // #end
    // #if crop

    /** The largest rectangle about the centre that has the aspect ratio of the input. */
    Picture centre(int inputHeight, int inputWidth) {
      long across = (long) width * inputHeight;
      long down = (long) height * inputWidth;
      int rows = across >= down ? height : share(width, inputHeight, inputWidth);
      int columns = across > down ? share(height, inputWidth, inputHeight) : width;
      return cropped((height - rows) / 2, (width - columns) / 2, rows, columns);
    }

    private static int share(int side, int over, int under) {
      return (int) Math.max(1, Math.round((double) side * over / under));
    }
    // #end
  }

  // ##
}
