package io.fovea.spark.ring;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The head of a message between neighbours of a ring.
 *
 * @param type the type of message
 * @param sum the number of its sum, the same on all workers
 * @param index its number in that sum
 * @param bytes the length of the content that follows
 */
record Frame(Type type, int sum, int index, int bytes) {
  static final int LENGTH = 4 * Integer.BYTES;

  enum Type {
    FLOATS(1),
    DOUBLES(2),
    ALIVE(3),
    UNKNOWN(0);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    static Type of(int code) {
      return Arrays.stream(values()).filter(type -> type.code == code).findFirst().orElse(UNKNOWN);
    }
  }

  static final Frame STILL_ALIVE = new Frame(Type.ALIVE, 0, 0, 0);

  void write(ByteBuffer target) {
    target.putInt(type.code).putInt(sum).putInt(index).putInt(bytes);
  }

  static Frame read(ByteBuffer source) {
    return new Frame(Type.of(source.getInt()), source.getInt(), source.getInt(), source.getInt());
  }

  @Override
  public String toString() {
    return type == Type.UNKNOWN
        ? "an unknown message"
        : "%s %d of sum %d with %d bytes"
            .formatted(type.name().toLowerCase(java.util.Locale.ROOT), index, sum, bytes);
  }
}
