package io.fovea.parallel;

/**
 * Images divided into bands of rows, so that several threads share the work on a single image. The
 * division depends on shapes only.
 */
public final class Bands {
  /** The work of one band. */
  @FunctionalInterface
  public interface Body {
    /** Rows from (inclusive) to (exclusive) of an image. */
    void run(int image, int from, int to, int worker);
  }

  /** About how many floats a band reads or writes: 128 KB, some ten microseconds. */
  private static final int PIECE = 1 << 15;

  private final int rows;
  private final int band;
  private final int count;

  private Bands(int rows, int band) {
    this.rows = rows;
    this.band = band;
    this.count = Math.ceilDiv(rows, band);
  }

  /** Bands of images with {@code rows} rows of {@code floats} floats. */
  public static Bands of(int rows, long floats) {
    return new Bands(rows, Math.clamp(PIECE / Math.max(1, floats), 1, Math.max(1, rows)));
  }

  /** Runs the body for all bands of some images. */
  public void run(Workers workers, int images, Body body) {
    workers.run(
        Math.multiplyExact(images, count),
        (chunk, worker) -> {
          int from = chunk % count * band;
          body.run(chunk / count, from, Math.min(from + band, rows), worker);
        });
  }
}
