package io.fovea.spark.ring;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The head of a message between neighbours of a ring.
 *
 * @param kind the kind of message
 * @param sum the number of its sum, the same on all workers
 * @param index its number in that sum
 * @param bytes the length of the content that follows
 */
record Frame(Kind kind, int sum, int index, int bytes) {
  /** The bytes of a head. */
  static final int LENGTH = 4 * Integer.BYTES;

  enum Kind {
    /** Part of a sum of floats. */
    FLOATS(1),
    /** Part of a sum of doubles. */
    DOUBLES(2),
    /** A heartbeat. */
    ALIVE(3),
    /** An unknown kind. */
    UNKNOWN(0);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind of(int code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst().orElse(UNKNOWN);
    }
  }

  static final Frame STILL_ALIVE = new Frame(Kind.ALIVE, 0, 0, 0);

  void write(ByteBuffer target) {
    target.putInt(kind.code).putInt(sum).putInt(index).putInt(bytes);
  }

  static Frame read(ByteBuffer source) {
    return new Frame(Kind.of(source.getInt()), source.getInt(), source.getInt(), source.getInt());
  }

  @Override
  public String toString() {
    return kind == Kind.UNKNOWN
        ? "an unknown message"
        : "%s %d of sum %d with %d bytes"
            .formatted(kind.name().toLowerCase(java.util.Locale.ROOT), index, sum, bytes);
  }
}
