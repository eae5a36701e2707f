package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Repeat;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;

/**
 * The block of another kernel, to the same bits, by kernels with a single loop around their sums
 * and with fewer rows. The outer loops are Java's, and the sums rest in c meanwhile. For processes
 * in which C2 makes objects of the vectors of nested loops (docs/decisions/0034).
 */
final class SingleLoops implements MicroKernel {
  private final BlockDescription d;
  private final int rows; // of a kernel
  private final boolean keepsInner; // whether the kernel's loop is d's innermost one around a term
  private final MicroKernel whole; // for sums without terms
  private final MicroKernel[] only;
  private final MicroKernel[] begin;
  private final MicroKernel[] middle;
  private final MicroKernel[] end;
  private final ThreadLocal<Strides> own = ThreadLocal.withInitial(Strides::new);

  /**
   * A kernel for a description, by kernels of {@code rows} rows.
   *
   * @throws IllegalArgumentException if {@link #canReplace} is false
   */
  SingleLoops(BlockDescription d, int rows) {
    if (!canReplace(d, rows)) {
      throw new IllegalArgumentException(
          "micro-kernel: %s has no outer loop or row to take out, or stores parts of vectors"
              .formatted(d.name()));
    }
    this.d = d;
    this.rows = rows;
    this.keepsInner = !d.terms().isLoop() && d.loops() > 0;
    this.whole = MicroKernels.of(d);
    this.only = kernels(d.first(), d.clamp());
    this.begin = kernels(d.first(), false);
    this.middle = kernels(First.TARGET, false);
    this.end = kernels(First.TARGET, d.clamp());
  }

  /** Whether kernels of so many rows would be other ones than the description's own. */
  static boolean canReplace(BlockDescription d, int rows) {
    boolean stores = d.width() == Width.WHOLE || d.width() == Width.HALVES;
    int nested = d.loops() + (d.terms().panels() ? 1 : 0) + (d.terms().isLoop() ? 1 : 0);
    return stores && rows <= d.rows() && (nested > 1 || rows < d.rows());
  }

  /** The kernel of all rows of a part, and that of the last rows. */
  private MicroKernel[] kernels(First first, boolean clamp) {
    int rest = d.rows() % rows;
    return new MicroKernel[] {
      kernel(rows, first, clamp), rest == 0 ? null : kernel(rest, first, clamp)
    };
  }

  private MicroKernel kernel(int count, First first, boolean clamp) {
    Terms t = d.terms();
    Terms terms = t.panels() ? new Terms(Extent.ARGUMENT, t.a(), t.b(), t.walk(), false) : t;
    BlockDescription one =
        new BlockDescription(
            count == d.rows() ? d.groups() : 1,
            count,
            d.vectors(),
            d.taps(),
            d.rowStep(),
            d.tapStep(),
            d.left(),
            d.width(),
            keepsInner ? 1 : 0,
            terms,
            first,
            clamp,
            Repeat.ONCE,
            d.position(),
            d.vector(),
            d.panel(),
            d.row(),
            d.column());
    return MicroKernels.fresh(one);
  }

  @Override
  public void compute(
      Strides strides,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] first,
      int firstOffset,
      float[] c,
      int cOffset) {
    if (isEmpty(strides)) {
      whole.compute(strides, a, aOffset, b, bOffset, first, firstOffset, c, cOffset);
      return;
    }
    Strides s = own.get();
    s.set(strides);
    if (d.loops() == 2 && keepsInner) { // the kernel's only loop is its outer one
      s.outer(strides.inner, strides.innerA, strides.innerB);
    }
    switch (d.repeat()) {
      case ONCE -> rows(strides, s, a, aOffset, b, bOffset, first, firstOffset, c, cOffset);
      case CHANNELS -> {
        int lanes = BlockDescription.lanes();
        for (int i = 0; i < strides.repeats; i += lanes) {
          int at = Math.min(i, strides.repeats - lanes);
          rows(
              strides,
              s,
              a,
              aOffset + at,
              b,
              bOffset + at,
              first,
              firstOffset + at,
              c,
              cOffset + at);
        }
      }
      case POINTS -> {
        for (int p = 0; p < strides.repeats; p++) {
          int aAt = aOffset + p * strides.repeatA;
          int bAt = bOffset + p * strides.repeatB;
          int firstAt = firstOffset + p * strides.repeatFirst;
          rows(strides, s, a, aAt, b, bAt, first, firstAt, c, cOffset + p * strides.repeatC);
        }
      }
    }
  }

  /** All rows of all groups, so many at a time. */
  private void rows(
      Strides strides,
      Strides s,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] first,
      int firstOffset,
      float[] c,
      int cOffset) {
    boolean isWhole = rows == d.rows();
    int position = d.position().size(strides.position);
    int row = d.row().size(strides.row);
    for (int g = 0; g < (isWhole ? 1 : d.groups()); g++) {
      for (int r = 0; r < d.rows(); r += rows) {
        int part = r + rows <= d.rows() ? 0 : 1;
        int aAt = aOffset + g * strides.group + r * d.rowStep() * position;
        loops(
            part,
            strides,
            s,
            a,
            aAt,
            b,
            bOffset,
            first,
            firstOffset,
            c,
            cOffset + (g * d.rows() + r) * row);
      }
    }
  }

  private void loops(
      int part,
      Strides strides,
      Strides s,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] first,
      int firstOffset,
      float[] c,
      int cOffset) {
    int outer = outer(strides);
    int inner = d.loops() == 2 && !keepsInner ? strides.inner : 1;
    int last = outer * inner - 1;
    for (int k = 0; k <= last; k++) {
      int o = k / inner;
      int i = k % inner;
      if (d.terms().panels()) {
        int length = d.terms().count().size(0);
        s.terms = Math.min(length, strides.terms - o * length);
      }
      int aAt = aOffset + (isOuter() ? o * strides.outerA : 0) + i * strides.innerA;
      int bAt = bOffset + (isOuter() ? o * strides.outerB : 0) + i * strides.innerB;
      MicroKernel[] kernels = k == 0 ? (last == 0 ? only : begin) : (k == last ? end : middle);
      kernels[part].compute(s, a, aAt, b, bAt, first, firstOffset, c, cOffset);
    }
  }

  /** Whether there is nothing to add to the first values. */
  private boolean isEmpty(Strides strides) {
    return outer(strides) < 1 || (d.loops() == 2 && !keepsInner && strides.inner < 1);
  }

  /** Whether the outer loop is Java's. */
  private boolean isOuter() {
    return d.terms().panels() || d.loops() == 2 || (d.loops() == 1 && !keepsInner);
  }

  private int outer(Strides strides) {
    if (d.terms().panels()) {
      int length = d.terms().count().size(0);
      return (strides.terms + length - 1) / length;
    }
    return isOuter() ? strides.outer : 1;
  }
}
