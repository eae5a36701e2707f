package io.fovea.kernel.vector.gemm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The layout of one operand of a {@link MacroKernel}: its lines (columns of b) are divided into
 * panels of 2L lines, and a panel stores all lines of a term, then those of the next term:
 * [panel][term][2L]. A last panel of at most L lines is one vector wide. Missing lines are zeros.
 *
 * @param lines columns of b
 * @param terms terms of the sums
 */
public record Panels(int lines, int terms) {
  private static final int L = Lanes.COUNT;

  /** Lines of a full panel. */
  public static final int WIDTH = 2 * L;

  /** Terms that are transposed at a time: with 2L = 32 lines, 8 KB. */
  private static final int TURN = 64;

  public int count() {
    return (lines + WIDTH - 1) / WIDTH;
  }

  /** Vectors of a panel: 2, or 1 in a last one. */
  public int vectors(int panel) {
    return Math.min(2, (lines - panel * WIDTH + L - 1) / L);
  }

  /** The index of a panel. */
  public int at(int panel) {
    return panel * WIDTH * terms;
  }

  /** Floats of all panels. */
  public int length() {
    return Lanes.roundUp(lines) * terms;
  }

  public int position(int line, int term) {
    int panel = line / WIDTH;
    return at(panel) + term * vectors(panel) * L + line % WIDTH;
  }

  /**
   * Packs {@code lines} lines of {@code terms} terms into consecutive panels: line j, term k, which
   * is source[from + j*lineStep + k*termStep], is copied to target[at + j/width*width*terms +
   * k*width + j%width]. One of the steps is 1.
   */
  public static void pack(
      float[] target,
      int at,
      int width,
      int lines,
      int terms,
      float[] source,
      int from,
      int lineStep,
      int termStep) {
    int whole = lines / width * width;
    if (whole < lines) {
      Arrays.fill(target, at + whole * terms, at + (whole + width) * terms, 0);
    }
    for (int j = 0; j < lines; j += width) {
      int used = Math.min(width, lines - j);
      int panel = at + j * terms;
      int line = from + j * lineStep;
      if (lineStep == 1) {
        copy(target, panel, width, used, terms, source, line, termStep);
      } else {
        turn(target, panel, width, used, terms, source, line, lineStep);
      }
    }
  }

  /**
   * Packs lines of a matrix that is stored in panels itself, [column / panel][line][column %
   * panel], with its columns as the terms: one panel of the target, for a product with the
   * transposed matrix. The last panel of the source may be narrower, by whole vectors.
   *
   * @param from the index of the matrix in the source
   * @param panel columns of a panel of the source
   * @param rows lines of the matrix
   * @param columns columns of the matrix
   * @param first the first line to pack
   */
  public static void packTransposed(
      float[] target,
      int at,
      int width,
      int lines,
      float[] source,
      int from,
      int panel,
      int rows,
      int columns,
      int first) {
    for (int k = 0; k < columns; k += panel) {
      int step = Math.min(panel, Lanes.roundUp(columns - k));
      int terms = Math.min(step, columns - k);
      int line = from + k * rows + first * step;
      pack(target, at + k * width, width, lines, terms, source, line, step, 1);
    }
  }

  private static void copy(
      float[] target,
      int at,
      int width,
      int lines,
      int terms,
      float[] source,
      int from,
      int termStep) {
    for (int k = 0; k < terms; k++) {
      int j = 0;
      for (; j + L <= lines; j += L) {
        FloatVector.fromArray(SPECIES, source, from + k * termStep + j)
            .intoArray(target, at + k * width + j);
      }
      for (; j < lines; j++) {
        target[at + k * width + j] = source[from + k * termStep + j];
      }
    }
  }

  /**
   * Copies one panel whose terms are adjacent in the source: a few terms of every line, then the
   * next few, so that the part of the panel that is written stays in the L1 cache.
   */
  private static void turn(
      float[] target,
      int at,
      int width,
      int lines,
      int terms,
      float[] source,
      int from,
      int lineStep) {
    for (int first = 0; first < terms; first += TURN) {
      int last = Math.min(terms, first + TURN);
      for (int j = 0; j < lines; j++) {
        int line = from + j * lineStep;
        int to = at + first * width + j;
        for (int k = first; k < last; k++) {
          target[to] = source[line + k];
          to += width;
        }
      }
    }
  }
}
