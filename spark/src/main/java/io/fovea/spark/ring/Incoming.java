package io.fovea.spark.ring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The connection from the previous worker; it accepts only the expected messages. */
final class Incoming implements AutoCloseable {
  /** Milliseconds between checks of the clock and of cancellation. */
  private static final int LOOK = 100;

  private final Socket socket;
  private final InputStream in;
  private final RingConfig config;
  private final byte[] headBytes = new byte[Frame.LENGTH];
  private final ByteBuffer head = ByteBuffer.wrap(headBytes).order(ByteOrder.LITTLE_ENDIAN);
  private byte[] bytes = {};
  private long deadline;
  private volatile boolean broken;

  Incoming(Socket socket, RingConfig config) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream()); // short messages in one call
    this.config = config;
    socket.setSoTimeout((int) Math.min(LOOK, config.silence().toMillis()));
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
    long heard = System.nanoTime();
    int at = 0;
    while (at < length) {
      try {
        int count = in.read(target, at, length - at);
        if (count < 0) {
          throw closed(null);
        }
        at += count;
        heard = System.nanoTime();
        if (heard > deadline) {
          look(heard);
        }
      } catch (SocketTimeoutException nothing) {
        look(heard);
      } catch (IOException failure) {
        throw closed(failure);
      }
    }
  }

  private void look(long heard) {
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

  private RingException closed(@org.jspecify.annotations.Nullable Throwable cause) {
    int peer = broken ? config.next() : config.previous();
    return new RingException(
        RingException.Kind.CLOSED,
        peer,
        "ring: worker %d lost the connection to worker %d, which has ended; see its log"
            .formatted(config.rank(), peer),
        cause == null ? new IOException("end of stream") : cause);
  }

  /** Closes the connection after a failed write to the next worker. */
  void breakOff() {
    broken = true;
    Sockets.close(socket);
  }

  @Override
  public void close() {
    Sockets.close(socket);
  }
}
