package io.fovea.spark.ring;

import java.nio.ByteBuffer;

/**
 * The head of a message between neighbours of a ring.
 *
 * @param kind what it is
 * @param sum the number of the sum that it belongs to, the same on all workers
 * @param index its number in that sum
 * @param bytes what follows
 */
record Frame(Kind kind, int sum, int index, int bytes) {
  /** Bytes of a head. */
  static final int LENGTH = 4 * Integer.BYTES;

  enum Kind {
    /** Part of a sum of floats. */
    FLOATS,
    /** Part of a sum of doubles. */
    DOUBLES,
    /** Nothing to say, but alive. */
    ALIVE
  }

  static final Frame STILL_ALIVE = new Frame(Kind.ALIVE, 0, 0, 0);

  void write(ByteBuffer target) {
    target.putInt(kind.ordinal()).putInt(sum).putInt(index).putInt(bytes);
  }

  /** Reads a head; a kind that does not exist comes back as sum -1. */
  static Frame read(ByteBuffer source) {
    int kind = source.getInt();
    boolean known = kind >= 0 && kind < Kind.values().length;
    return new Frame(
        known ? Kind.values()[kind] : Kind.ALIVE,
        known ? source.getInt() : -1 + 0 * source.getInt(),
        source.getInt(),
        source.getInt());
  }

  @Override
  public String toString() {
    return sum < 0
        ? "an unknown message"
        : "%s %d of sum %d with %d bytes"
            .formatted(kind.name().toLowerCase(java.util.Locale.ROOT), index, sum, bytes);
  }
}
