package io.fovea.kernel.vector.gemm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * How one operand of a {@link MacroKernel} is laid out: its lines (columns of b) are cut into
 * panels of 2L, and in a panel all lines of a term lie side by side, then those of the next term:
 * [panel][term][2L]. A last panel of at most L lines is one vector wide. Lines that are not there
 * are zeros.
 *
 * @param lines columns of b
 * @param terms terms of the sums
 */
public record Panels(int lines, int terms) {
  private static final int L = Lanes.COUNT;

  /** Lines of a full panel. */
  public static final int WIDTH = 2 * L;

  /** Terms that are turned at a time: with 2L = 32 lines, 8 KB. */
  private static final int TURN = 64;

  /** The number of panels. */
  public int count() {
    return (lines + WIDTH - 1) / WIDTH;
  }

  /** Vectors side by side in a panel: 2, or 1 in a last one. */
  public int vectors(int panel) {
    return Math.min(2, (lines - panel * WIDTH + L - 1) / L);
  }

  /** Floats before a panel. */
  public int at(int panel) {
    return panel * WIDTH * terms;
  }

  /** Floats of all panels. */
  public int length() {
    return Lanes.roundUp(lines) * terms;
  }

  /** Where a line's term lies. */
  public int position(int line, int term) {
    int panel = line / WIDTH;
    return at(panel) + term * vectors(panel) * L + line % WIDTH;
  }

  /**
   * Packs {@code lines} lines of {@code terms} terms into panels one behind the other: line j, term
   * k, which lies at source[from + j*lineStep + k*termStep], goes to target[at +
   * j/width*width*terms + k*width + j%width]. One of the steps is 1.
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

  /** One panel whose lines lie side by side. */
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
   * One panel whose lines each lie side by side: a few terms of every line, then the next few, so
   * that the part of the panel that is written stays in the first cache.
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
