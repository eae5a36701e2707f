package io.fovea.spark.ring;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;

/** Writes encrypted records: one at each flush, or more if it would be too long. */
final class SealedOutput extends OutputStream {
  private static final int HEAD = SealedConnection.HEAD;

  private final OutputStream out;
  private final RecordCipher cipher;
  private final byte[] record = new byte[HEAD + SealedConnection.MOST + RecordCipher.TAG];
  private int length;

  SealedOutput(OutputStream out, RecordCipher cipher) {
    this.out = out;
    this.cipher = cipher;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    for (int at = 0; at < count; ) {
      if (length == SealedConnection.MOST) {
        flush();
      }
      int part = Math.min(count - at, SealedConnection.MOST - length);
      System.arraycopy(bytes, offset + at, record, HEAD + length, part);
      length += part;
      at += part;
    }
  }

  @Override
  public void flush() throws IOException {
    if (length == 0) {
      return;
    }
    ByteBuffer.wrap(record).putInt(0, length);
    try {
      int sealed = cipher.next(record, length, record, HEAD);
      length = 0;
      out.write(record, 0, HEAD + sealed);
    } catch (AEADBadTagException impossible) {
      throw new AssertionError("encryption checks no tag", impossible);
    }
  }

  @Override
  public void close() throws IOException {
    flush();
    out.close();
  }
}
