package io.fovea.spark.ring;

import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The connection from the previous worker; it accepts only the expected messages. */
final class Incoming implements AutoCloseable {
  /** Milliseconds between checks of the clock and of cancellation. */
  private static final int LOOK = 100;

  private final SealedConnection connection;
  private final DataInputStream in;
  private final RingConfig config;
  private final byte[] headBytes = new byte[Frame.LENGTH];
  private final ByteBuffer head = ByteBuffer.wrap(headBytes).order(ByteOrder.LITTLE_ENDIAN);
  private byte[] bytes = {};
  private long deadline;
  private long heard;
  private volatile boolean broken;

  Incoming(SealedConnection connection, RingConfig config) throws IOException {
    this.connection = connection;
    this.in = new DataInputStream(connection.input(watched()));
    this.config = config;
    connection.socket().setSoTimeout((int) Math.min(LOOK, config.silence().toMillis()));
  }

  /** Starts a sum, with its deadline. */
  void begin() {
    deadline = System.nanoTime() + config.patience().toNanos();
  }

  /** Reads the content of the next message, which must have this head. */
  ByteBuffer read(Frame expected) {
    if (bytes.length < expected.bytes()) {
      bytes = new byte[expected.bytes()];
    }
    Frame got;
    do {
      read(headBytes, Frame.LENGTH);
      got = Frame.read(head.rewind());
    } while (got.equals(Frame.STILL_ALIVE));
    if (!got.equals(expected)) {
      throw new RingException(
          RingException.Kind.FOREIGN,
          config.previous(),
          "ring: worker %d got %s from worker %d, expected %s; all workers must run the same version with the same network and settings"
              .formatted(config.rank(), got, config.previous(), expected));
    }
    read(bytes, expected.bytes());
    return ByteBuffer.wrap(bytes, 0, expected.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void read(byte[] target, int length) {
    heard = System.nanoTime();
    try {
      in.readFully(target, 0, length);
    } catch (IOException failure) {
      throw closed(failure);
    }
  }

  /** The socket's bytes; while it waits for them, it looks at the clock. */
  private InputStream watched() throws IOException {
    return new FilterInputStream(connection.socket().getInputStream()) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
          try {
            int count = super.read(target, offset, length);
            heard = System.nanoTime();
            if (heard > deadline) {
              look();
            }
            return count;
          } catch (SocketTimeoutException nothing) {
            look();
          }
        }
      }
    };
  }

  private void look() {
    if (config.cancelled().getAsBoolean() || Thread.currentThread().isInterrupted()) {
      throw new RingException(
          RingException.Kind.CANCELLED,
          config.rank(),
          "ring: worker %d was cancelled".formatted(config.rank()));
    }
    long now = System.nanoTime();
    if (now - heard > config.silence().toNanos()) {
      throw new RingException(
          RingException.Kind.SILENT,
          config.previous(),
          "ring: worker %d got no message from worker %d for %s s; it hangs, or its machine is down"
              .formatted(config.rank(), config.previous(), config.silence().toMillis() / 1000.0));
    }
    if (now > deadline) {
      throw new RingException(
          RingException.Kind.SILENT,
          config.previous(),
          "ring: a sum took more than %s s while worker %d, which is alive, did not join it; raise patience if its steps may take so long"
              .formatted(config.patience().toMillis() / 1000.0, config.previous()));
    }
  }

  private RingException closed(Throwable cause) {
    int peer = broken ? config.next() : config.previous();
    return new RingException(
        RingException.Kind.CLOSED,
        peer,
        "ring: worker %d lost the connection to worker %d, which has ended; see its log"
            .formatted(config.rank(), peer),
        cause);
  }

  /** Closes the connection after a failed write to the next worker. */
  void breakOff() {
    broken = true;
    connection.close();
  }

  @Override
  public void close() {
    connection.close();
  }
}
