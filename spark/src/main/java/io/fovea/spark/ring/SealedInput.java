package io.fovea.spark.ring;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;

/** Reads encrypted records. */
final class SealedInput extends InputStream {
  private static final int HEAD = SealedConnection.HEAD;

  private final InputStream in;
  private final RecordCipher cipher;
  private final Supplier<? extends RuntimeException> damaged;
  private final byte[] record = new byte[HEAD + SealedConnection.MOST + RecordCipher.TAG];
  private final byte[] content = new byte[SealedConnection.MOST];
  private int position;
  private int length;

  /**
   * Opens what a {@link SealedOutput} has sealed.
   *
   * @param damaged the exception for a record that was not sealed as the next one
   */
  SealedInput(InputStream in, RecordCipher cipher, Supplier<? extends RuntimeException> damaged) {
    this.in = in;
    this.cipher = cipher;
    this.damaged = damaged;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count > 0 && position == length && !next()) {
      return -1;
    }
    int part = Math.min(count, length - position);
    System.arraycopy(content, position, target, offset, part);
    position += part;
    return part;
  }

  /** Reads the next record; false at the end between two of them. */
  private boolean next() throws IOException {
    int head = in.readNBytes(record, 0, HEAD);
    if (head == 0) {
      return false;
    }
    int claimed = head < HEAD ? 0 : ByteBuffer.wrap(record).getInt(0);
    if (head == HEAD && (claimed < 1 || claimed > SealedConnection.MOST)) {
      throw damaged.get();
    }
    int sealed = claimed + RecordCipher.TAG;
    if (head < HEAD || in.readNBytes(record, HEAD, sealed) < sealed) {
      throw new EOFException("the connection ended within a message");
    }
    try {
      length = cipher.next(record, sealed, content, 0);
      position = 0;
    } catch (AEADBadTagException other) {
      throw damaged.get();
    }
    return true;
  }
}
