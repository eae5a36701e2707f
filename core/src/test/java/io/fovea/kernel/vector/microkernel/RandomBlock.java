package io.fovea.kernel.vector.microkernel;

import static io.fovea.kernel.vector.microkernel.Extent.ARGUMENT;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Left;
import io.fovea.kernel.vector.microkernel.BlockDescription.Repeat;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;

/** A random description, sizes that fit it, operands, and the result of plain loops. */
final class RandomBlock {
  private static final int L = Lanes.COUNT;

  final BlockDescription d;
  final Sizes s;
  final float[] a;
  final float[] b;
  final float[] first;
  final float[] c;
  final int aOffset;
  final int bOffset;
  final int firstOffset;
  final int cOffset;

  RandomBlock(Draw draw) {
    d = description(draw);
    s = new Sizes(draw, d);
    a = new Draw(draw.between(1, 1 << 20)).reals(9000);
    b = new Draw(draw.between(1, 1 << 20)).reals(9000);
    first = new Draw(draw.between(1, 1 << 20)).reals(2500);
    c = new Draw(draw.between(1, 1 << 20)).reals(6000);
    aOffset = draw.between(0, 9);
    bOffset = draw.between(0, 9);
    firstOffset = draw.between(0, 9);
    cOffset = draw.between(0, 9);
  }

  void run() {
    MicroKernels.of(d).compute(s.strides, a, aOffset, b, bOffset, first, firstOffset, c, cOffset);
  }

  /** The same by the formula, a vector's lanes one after the other. */
  float[] expected() {
    float[] y = c.clone();
    switch (d.repeat()) {
      case ONCE -> block(y, c, aOffset, bOffset, firstOffset, cOffset);
      case BLOCKS -> {
        for (int p = 0; p < s.repeats; p++) {
          int aAt = aOffset + p * s.repeatA;
          int firstAt = firstOffset + p * s.repeatFirst;
          block(y, y.clone(), aAt, bOffset + p * s.repeatB, firstAt, cOffset + p * s.repeatC);
        }
      }
      case CHANNELS -> {
        for (int i = 0; i < s.repeats; i += L) {
          int shift = Math.min(i, s.repeats - L);
          block(y, c, aOffset + shift, bOffset + shift, firstOffset + shift, cOffset + shift);
        }
      }
    }
    return y;
  }

  private void block(float[] y, float[] before, int aAt, int bAt, int firstAt, int cAt) {
    int stored = d.width() == Width.HALF || d.width() == Width.QUARTER ? s.lanes : L;
    for (int r = 0; r < d.groups() * d.rows(); r++) {
      for (int v = 0; v < d.vectors(); v++) {
        for (int lane = 0; lane < stored; lane++) {
          int at = cAt + r * s.row + v * s.column + lane;
          float begin =
              switch (d.first()) {
                case ZERO -> 0;
                case BIAS, BIAS_EACH -> first[firstAt + v * L + lane];
                case TARGET -> before[at];
              };
          float sum = sum(begin, aAt, bAt, r, v, lane);
          y[at] = d.clamp() ? Math.min(Math.max(sum, s.low), s.high) : sum;
        }
      }
    }
  }

  private float sum(float begin, int aAt, int bAt, int r, int v, int lane) {
    float sum = begin;
    if (d.terms().panels()) {
      int count = floats(d.terms().count());
      for (int k = 0; k < s.terms; k++) {
        int x = aAt + k / count * s.outerA + k % count * s.termA;
        int w = bAt + k / count * s.outerB + k % count * s.termB;
        sum = taps(sum, x, w, r, v, lane);
      }
      return sum;
    }
    int outer = d.loops() > 0 ? s.outer : 1;
    int inner = d.loops() > 1 ? s.inner : 1;
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        for (int k = 0; k < s.terms; k++) {
          int x = aAt + i * s.outerA + j * s.innerA + k * s.termA;
          int w = bAt + i * s.outerB + j * s.innerB + k * s.termB;
          sum = taps(sum, x, w, r, v, lane);
        }
      }
    }
    return sum;
  }

  private float taps(float begin, int x, int w, int r, int v, int lane) {
    float sum = begin;
    for (int t = 0; t < d.taps(); t++) {
      int p = (r % d.rows() * d.rowStep() + t * d.tapStep()) * s.position;
      p += r / d.rows() * s.group;
      float left = a[x + p + (d.left() == Left.VECTOR ? lane : 0)];
      sum =
          Math.fma(
              left, b[w + t * s.tap + v / d.panel() * s.vector + v % d.panel() * L + lane], sum);
    }
    return sum;
  }

  /** Any description that this machine's registers hold. */
  private static BlockDescription description(Draw draw) {
    boolean channels = draw.percent(20);
    Width width = L == 16 && !channels && draw.percent(30) ? draw.of(Width.values()) : Width.WHOLE;
    int vectors = channels || width != Width.WHOLE ? 1 : draw.between(1, 4);
    int taps = draw.percent(50) ? 1 : draw.between(1, 4);
    int groups = draw.percent(30) ? draw.between(2, 4) : 1;
    int rows = draw.between(1, 14);
    int parts = width == Width.HALVES ? 2 : 1;
    while ((groups * rows + taps) * parts * vectors + 1 > Lanes.REGISTERS) {
      rows = Math.max(1, rows - 1);
      taps = rows == 1 ? 1 : taps;
      groups = rows == 1 ? 1 : groups;
    }
    Terms terms = draw.percent(40) ? Terms.ONE : terms(draw);
    BlockDescription.Builder block =
        BlockDescription.of(rows, vectors)
            .groups(groups)
            .taps(taps, draw.between(0, 3), draw.between(0, 2))
            .width(width)
            .loops(terms.panels() ? 0 : draw.between(0, 2))
            .terms(terms)
            .first(draw.of(First.values()))
            .clamp(draw.percent(40))
            .operands(constant(draw, 1, 40), constant(draw, 1, 50))
            .panel(draw.percent(50) ? 1 : draw.between(1, 4))
            .output(constant(draw, 1, 90), constant(draw, L, 3 * L));
    if (channels) {
      return block.byChannel().build();
    }
    return draw.percent(30) ? block.byBlock().build() : block.build();
  }

  private static Terms terms(Draw draw) {
    Terms terms = Terms.of(constant(draw, 1, 9), constant(draw, 1, 40));
    if (draw.percent(30)) {
      terms =
          draw.percent(60)
              ? terms.inPanels(extent(draw, draw.between(2, 5)))
              : terms.times(extent(draw, draw.between(2, 9)));
    }
    return draw.percent(40) ? terms.running() : terms;
  }

  private static Extent constant(Draw draw, int least, int most) {
    return draw.percent(50) ? ARGUMENT : extent(draw, draw.between(least, most));
  }

  /** The same number of floats, some of them as vectors. */
  private static Extent extent(Draw draw, int floats) {
    int vectors = draw.between(0, floats / L);
    return new Extent(floats - vectors * L, vectors);
  }

  private static int floats(Extent constant) {
    return constant.floats() + constant.vectors() * L;
  }

  /** The sizes that a description has, or else arguments. */
  static final class Sizes {
    final int group;
    final int position;
    final int tap;
    final int vector;
    final int row;
    final int column;
    final int repeats;
    final int repeatA;
    final int repeatB;
    final int repeatFirst;
    final int repeatC;
    final int terms;
    final int termA;
    final int termB;
    final int outer;
    final int outerA;
    final int outerB;
    final int inner;
    final int innerA;
    final int innerB;
    final int lanes;
    final float low = 0;
    final float high;
    final Strides strides;

    Sizes(Draw draw, BlockDescription d) {
      group = draw.between(0, 99);
      position = or(d.position(), draw.between(1, 40));
      tap = draw.between(1, 70);
      vector = or(d.vector(), draw.between(1, 50));
      row = or(d.row(), draw.between(1, 90));
      column = or(d.column(), draw.between(L, 3 * L));
      boolean channels = d.repeat() == Repeat.CHANNELS;
      repeats = channels ? L + draw.between(0, 2 * L) : draw.between(0, 3);
      repeatA = draw.between(0, 30);
      repeatB = draw.between(0, 30);
      repeatFirst = draw.between(0, 30);
      repeatC = draw.between(0, 300);
      boolean counts = d.terms().count().isArgument() || d.terms().panels();
      terms = counts ? draw.between(0, 9) : floats(d.terms().count());
      termA = or(d.terms().a(), draw.between(1, 9));
      termB = or(d.terms().b(), draw.between(1, 40));
      outer = draw.between(0, 3);
      outerA = draw.between(0, 30);
      outerB = draw.between(0, 30);
      inner = draw.between(0, 3);
      innerA = draw.between(0, 30);
      innerB = draw.between(0, 30);
      lanes = draw.between(1, d.width() == Width.QUARTER ? 4 : 8);
      high = draw.percent(50) ? 6 : Float.POSITIVE_INFINITY;
      strides =
          new Strides()
              .left(group, position)
              .right(tap, vector)
              .output(row, column)
              .blocks(repeats, repeatA, repeatB, repeatFirst, repeatC)
              .terms(terms, termA, termB)
              .outer(outer, outerA, outerB)
              .inner(inner, innerA, innerB)
              .clamp(low, high)
              .lanes(lanes);
    }

    private static int or(Extent constant, int argument) {
      return constant.isArgument() ? argument : floats(constant);
    }
  }

  /**
   * Rows or vectors that overlap where they begin with what c holds would depend on their order.
   */
  boolean isOrdered() {
    if (d.first() != First.TARGET) {
      return true;
    }
    int width = d.repeat() == Repeat.CHANNELS ? s.repeats : L;
    int all = d.vectors() == 1 ? width : d.vectors() * s.column;
    boolean apart = d.groups() * d.rows() == 1 || s.row >= all;
    return apart && (d.repeat() != Repeat.CHANNELS || s.repeats % L == 0);
  }
}
