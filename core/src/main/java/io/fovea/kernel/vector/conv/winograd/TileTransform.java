package io.fovea.kernel.vector.conv.winograd;

/**
 * The one-dimensional transforms of Winograd's convolution F(4, r): four outputs of a filter with r
 * taps from one tile of {@code size = 4 + r - 1} inputs, by {@code size} multiplications instead of
 * 4 * r (Winograd, "Arithmetic complexity of computations", 1980; Lavin and Gray, arXiv
 * 1509.09308).
 *
 * <pre>
 * y = A^T [ (G w) (.) (B^T x) ]             forward
 * dw = G^T [ (A dy) (.) (B^T x) ]           the same bilinear form, solved for the other arguments
 * dx = B [ (A dy) (.) (G w) ]
 * </pre>
 *
 * In two dimensions each transform is applied down the columns and along the rows. Along the rows,
 * a line is a vector of a tile: a transform reads element k of line n from {@code f + n * fromLine
 * + k * s} on, and writes element k to {@code t + n * toLine + k * d} and on. Down the columns, an
 * element is a run of {@code length} floats, a multiple of the lanes: it reads element k from
 * {@code f + k * s} on, and writes it to {@code t + k * d} and on. They are loops of their own,
 * because one whose steps are constants needs no checks of bounds and takes two thirds of the time.
 *
 * <p>Sums and differences of neighbouring points (p and -p) are shared; the tests compare each
 * method with its matrix.
 */
interface TileTransform {
  /** Outputs of one tile in one dimension. */
  int OUTPUTS = 4;

  /** Inputs of one tile in one dimension, which is also the number of points. */
  int size();

  /** Taps of the filter in one dimension, r. */
  default int taps() {
    return size() - OUTPUTS + 1;
  }

  /** B^T: size inputs to size points. */
  void input(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines);

  /** The same down the columns. */
  void inputRun(float[] to, int t, int d, float[] from, int f, int s, int length);

  /**
   * B: size points back to size inputs. Tiles overlap by r - 1 inputs, so the first r - 1 are added
   * to what the tile before has left there, the others are overwritten.
   */
  void inputAdjoint(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines);

  /** The same down the columns. */
  void inputAdjointRun(float[] to, int t, int d, float[] from, int f, int s, int length);

  /** A^T: size points to 4 outputs. */
  void output(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines);

  /**
   * A^T on lines of one vector, plus a bias: lane q of every line gets bias[biasAt + q], and
   * nothing stays below {@code least}.
   */
  void outputWithBias(
      float[] to,
      int t,
      int d,
      int toLine,
      float[] from,
      int f,
      int s,
      int fromLine,
      int lines,
      float[] bias,
      int biasAt,
      float least);

  /** A: 4 outputs to size points. */
  void outputAdjoint(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines);

  /** The same down the columns. */
  void outputAdjointRun(float[] to, int t, int d, float[] from, int f, int s, int length);

  /** G, size x r, row-major. */
  float[] filter();

  /** The transform for a filter of so many taps: 3 or 5. */
  static TileTransform of(int taps) {
    return switch (taps) {
      case 3 -> new TileOf6();
      case 5 -> new TileOf8();
      default -> throw new IllegalArgumentException("winograd: no transform for " + taps + " taps");
    };
  }

  /** G^T, r x size, row-major. */
  default float[] filterAdjoint() {
    float[] g = filter();
    float[] transposed = new float[g.length];
    for (int p = 0; p < size(); p++) {
      for (int u = 0; u < taps(); u++) {
        transposed[u * size() + p] = g[p * taps() + u];
      }
    }
    return transposed;
  }
}
