package io.fovea.spark.ring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.crypto.SecretKey;

/**
 * A connection after its {@link Handshake}: all that passes is encrypted and authenticated. Each
 * record is sealed by AES-GCM under a key of its own direction, with its number as the nonce, so
 * that one that was changed, repeated, left out or reordered on the way is refused.
 *
 * <pre>
 * record: length (4 bytes, also authenticated), content (length bytes, encrypted), tag (16 bytes)
 * </pre>
 */
public final class SealedConnection implements AutoCloseable {
  /** The most bytes of a record's content. */
  static final int MOST = (1 << 16) + Frame.LENGTH;

  static final int HEAD = Integer.BYTES;

  private final Socket socket;
  private final int peer;
  private final String damage;
  private final SecretKey sends;
  private final SecretKey receives;

  /**
   * An authenticated connection.
   *
   * @param role its purpose, for messages
   */
  SealedConnection(
      Socket socket, String role, int own, int peer, SecretKey sends, SecretKey receives) {
    this.socket = socket;
    this.peer = peer;
    this.damage =
        "%s: %s got something else than the next message of %s: it was changed, repeated, left out or reordered on the way; check what is between the two"
            .formatted(role, name(own), name(peer));
    this.sends = sends;
    this.receives = receives;
  }

  private static String name(int rank) {
    return rank < 0 ? "the driver" : "worker " + rank;
  }

  public int peer() {
    return peer;
  }

  Socket socket() {
    return socket;
  }

  /** Encrypts what is written, at each flush; to be called once. */
  public OutputStream output() throws IOException {
    return new SealedOutput(socket.getOutputStream(), new RecordCipher(sends, true));
  }

  /**
   * Decrypts what is received; to be called once. Reading throws a {@link RingException} if a
   * record is not the next one of the other end.
   */
  public InputStream input() throws IOException {
    return input(socket.getInputStream());
  }

  /** The same, reading the socket by {@code received}. */
  InputStream input(InputStream received) {
    return new SealedInput(
        new BufferedInputStream(received), // short records in one call
        new RecordCipher(receives, false),
        () -> new RingException(RingException.Kind.FOREIGN, peer, damage));
  }

  @Override
  public void close() {
    Sockets.close(socket);
  }
}
