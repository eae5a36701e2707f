package io.fovea.kernel.vector;

/**
 * Memory that will be read soon, touched a few cache lines at a time between other work. A slow
 * stream in order is fetched ahead by the processor itself, so that touches find their lines in the
 * second cache and cost next to nothing, where {@link Reading} waits for memory.
 */
final class Touching {
  /** Cache lines of a turn, always as many, so that no branch is guessed wrong. */
  private static final int LINES = 15;

  /** Floats of a turn. */
  private static final int TURN = LINES * 16;

  private float[] array = {};
  private int at;
  private int end;
  private float sum;

  /** From {@code at} to {@code end}, with what is left of the last turn untouched. */
  void over(float[] array, int at, int end) {
    this.array = array;
    this.at = at;
    this.end = end;
  }

  /** Turns that so many floats take. */
  static int turns(int length) {
    return Math.ceilDiv(length, TURN);
  }

  /** Touches the next few lines, if there are any left. */
  void next() {
    int from = at;
    if (from + TURN > end) {
      return;
    }
    float touched = 0;
    for (int i = 0; i < LINES; i++) {
      touched += array[from + i * 16];
    }
    sum += touched; // or the compiler would leave the reading out
    at = from + TURN;
  }

  /** A number that nobody needs. */
  float sum() {
    return sum;
  }
}
