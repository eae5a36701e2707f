package io.fovea.kernel.op;

/** x, w, b and dy of a {@link LinearCase} in memory and logical order, and what follows of them. */
public final class LinearNumbers {
  private final double[] x;
  private final double[] w;
  private final double[] b;
  private final double[] dy;
  private final double[] y;
  private final double[] dx;
  private final double[] dw;
  private final double[] db;
  private final LinearCase c;

  /** Computes y and the gradients by the reference in double. */
  public LinearNumbers(LinearCase c, double[] x, double[] w, double[] b, double[] dy) {
    this.c = c;
    this.x = x;
    this.w = w;
    this.b = b;
    this.dy = dy;
    this.y = new double[dy.length];
    this.dx = new double[x.length];
    this.dw = new double[w.length];
    this.db = new double[b.length];
    c.reference().forward(y, x, w, b, c.images());
    c.reference().backward(dx, dw, db, x, w, dy, c.images());
  }

  /** Whole numbers so small that floats add them up exactly. */
  public static LinearNumbers integers(LinearCase c, long seed) {
    Draw draw = new Draw(seed);
    return new LinearNumbers(
        c,
        Bound.widen(draw.integers(c.images() * c.input().elements(), 4)),
        Bound.widen(draw.integers(c.weights(), 4)),
        Bound.widen(draw.integers(c.biases(), 4)),
        Bound.widen(draw.integers(c.images() * c.output().elements(), 4)));
  }

  /** Floats from -1 to 1. */
  public static LinearNumbers reals(LinearCase c, long seed) {
    Draw draw = new Draw(seed);
    return new LinearNumbers(
        c,
        Bound.widen(draw.reals(c.images() * c.input().elements())),
        Bound.widen(draw.reals(c.weights())),
        Bound.widen(draw.reals(c.biases())),
        Bound.widen(draw.reals(c.images() * c.output().elements())));
  }

  /** Doubles from -1 to 1. */
  public static LinearNumbers doubles(LinearCase c, long seed) {
    Draw draw = new Draw(seed);
    return new LinearNumbers(
        c,
        draw.doubles(c.images() * c.input().elements()),
        draw.doubles(c.weights()),
        draw.doubles(c.biases()),
        draw.doubles(c.images() * c.output().elements()));
  }

  /** The same sums over absolute values. */
  private LinearNumbers magnitudes() {
    return new LinearNumbers(
        c, Bound.absolute(x), Bound.absolute(w), Bound.absolute(b), Bound.absolute(dy));
  }

  public void assertWithin(String what, LinearResult result) {
    LinearNumbers sizes = magnitudes();
    Bound.assertWithin(what + " y", result.y(), y, sizes.y, c.outputTerms());
    Bound.assertWithin(what + " dx", result.dx(), dx, sizes.dx, c.inputTerms());
    Bound.assertWithin(what + " dw", result.dw(), dw, sizes.dw, c.weightTerms());
    Bound.assertWithin(what + " db", result.db(), db, sizes.db, c.weightTerms());
  }

  public void assertEqual(String what, LinearResult result) {
    Bound.assertWithin(what + " y", result.y(), y, new double[y.length], 0);
    Bound.assertWithin(what + " dx", result.dx(), dx, new double[dx.length], 0);
    Bound.assertWithin(what + " dw", result.dw(), dw, new double[dw.length], 0);
    Bound.assertWithin(what + " db", result.db(), db, new double[db.length], 0);
  }

  public double[] x() {
    return x;
  }

  public double[] w() {
    return w;
  }

  public double[] b() {
    return b;
  }

  public double[] dy() {
    return dy;
  }

  public double[] y() {
    return y;
  }

  public double[] dx() {
    return dx;
  }

  public double[] dw() {
    return dw;
  }

  public double[] db() {
    return db;
  }
}
