package io.fovea.kernel.vector.microkernel;

/**
 * The sizes that a micro-kernel takes as arguments; see {@link BlockDescription}. Those that are
 * constants of the description, or not needed, are ignored. A driver keeps one object for a layer
 * and a worker, since kernels must not allocate.
 */
public final class Strides {
  int group;
  int position;
  int tap;
  int vector;
  int row;
  int column;
  int firstRow; // 0, which C2 does not know
  int repeats;
  int repeatA;
  int repeatB;
  int repeatFirst;
  int repeatC;
  int terms;
  int termA;
  int termB;
  int outer;
  int outerA;
  int outerB;
  int inner;
  int innerA;
  int innerB;
  int lanes;
  final float[] bounds = new float[2]; // an array, since C2 would load a field before all loops

  /** Floats of a from a group of rows to the next, and from a position to the next. */
  public Strides left(int group, int position) {
    this.group = group;
    this.position = position;
    return this;
  }

  /** Floats of b from a tap to the next, and from a vector to the next beside it. */
  public Strides right(int tap, int vector) {
    this.tap = tap;
    this.vector = vector;
    return this;
  }

  /** Floats of c from a row to the next, and from a vector to the next beside it. */
  public Strides output(int row, int column) {
    this.row = row;
    this.column = column;
    return this;
  }

  /** Channels for which the block is repeated, at least L. */
  public Strides channels(int count) {
    this.repeats = count;
    return this;
  }

  /** How often the block is repeated, and the strides of operands from one to the next. */
  public Strides blocks(int count, int a, int b, int first, int c) {
    this.repeats = count;
    this.repeatA = a;
    this.repeatB = b;
    this.repeatFirst = first;
    this.repeatC = c;
    return this;
  }

  /** Terms of the sums, and the strides of a and b from one to the next. */
  public Strides terms(int count, int a, int b) {
    this.terms = count;
    this.termA = a;
    this.termB = b;
    return this;
  }

  /**
   * Iterations of the outer loop, over panels if terms are in panels, and the strides of a and b.
   */
  public Strides outer(int count, int a, int b) {
    this.outer = count;
    this.outerA = a;
    this.outerB = b;
    return this;
  }

  /** The same of the inner loop. */
  public Strides inner(int count, int a, int b) {
    this.inner = count;
    this.innerA = a;
    this.innerB = b;
    return this;
  }

  /** The bounds of what is stored, where a block has any. */
  public Strides clamp(float least, float most) {
    bounds[0] = least;
    bounds[1] = most;
    return this;
  }

  /** Lanes that are stored, where a block computes a part of a vector. */
  public Strides lanes(int count) {
    this.lanes = count;
    return this;
  }
}
