package io.fovea.spark.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Mutual authentication of two workers of one job. Each sends a challenge that only a holder of the
 * job's secret can answer, so that an attacker learns nothing and a recorded exchange cannot be
 * replayed. What follows is encrypted under keys that both derive from the secret and the
 * challenges.
 *
 * <pre>
 * caller: magic, version, its rank, the expected rank, challenge
 * host:   its own challenge, response
 * caller: response
 * host:   welcome
 * </pre>
 */
public final class Handshake {
  private static final int MAGIC = 0x464f5652; // FOVR
  private static final int VERSION = 3;
  private static final int WELCOME = 1;

  private Handshake() {}

  /**
   * The caller's side.
   *
   * @param role the purpose of the connection; the same on both sides
   * @param milliseconds the most time for the whole handshake
   * @return the connection, encrypted from here on
   * @throws RingException if the other end is not a worker of this job, or not the expected one
   * @throws IOException if the connection breaks, or the time is over
   */
  public static SealedConnection call(
      Socket socket, String role, int own, int wanted, Secret secret, int milliseconds)
      throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = within(socket, milliseconds);
    byte[] question = Secret.question();
    ByteBuffer hello = ByteBuffer.allocate(4 * Integer.BYTES + Secret.QUESTION);
    hello.putInt(MAGIC).putInt(VERSION).putInt(own).putInt(wanted).put(question);
    out.write(hello.array());
    byte[] theirs = read(in, Secret.QUESTION);
    byte[] answer = read(in, Secret.KEY);
    byte[] expected = secret.answer(role + " host", own, wanted, question, theirs);
    if (!MessageDigest.isEqual(answer, expected)) {
      throw new RingException(
          RingException.Kind.FOREIGN,
          wanted,
          "%s: %s, the address of worker %d, does not know this job's secret; check whether another job uses the port"
              .formatted(role, socket.getRemoteSocketAddress(), wanted));
    }
    out.write(secret.answer(role + " caller", own, wanted, question, theirs));
    if (in.readInt() != WELCOME) {
      throw new IOException("no welcome");
    }
    socket.setSoTimeout(0);
    return new SealedConnection(
        socket,
        role,
        own,
        wanted,
        secret.key(role, own, wanted, question, theirs),
        secret.key(role, wanted, own, question, theirs));
  }

  /**
   * The host's side.
   *
   * @param milliseconds the most time for the whole handshake
   * @return the connection, encrypted from here on; its peer is the caller
   * @throws RingException if the other end is not a worker of this job, or expects another rank
   * @throws IOException if the connection breaks, or the time is over
   */
  public static SealedConnection answer(
      Socket socket, String role, int own, Secret secret, int milliseconds) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = within(socket, milliseconds);
    int magic = in.readInt();
    int version = magic == MAGIC ? in.readInt() : 0;
    if (version != VERSION) {
      throw foreign(role, socket, "does not use protocol version " + VERSION);
    }
    int caller = in.readInt();
    int wanted = in.readInt();
    byte[] question = read(in, Secret.QUESTION);
    if (wanted != own) {
      throw foreign(role, socket, "expects worker " + wanted + ", this is worker " + own);
    }
    byte[] mine = Secret.question();
    out.write(mine);
    out.write(secret.answer(role + " host", caller, own, question, mine));
    byte[] answer = read(in, Secret.KEY);
    byte[] expected = secret.answer(role + " caller", caller, own, question, mine);
    if (!MessageDigest.isEqual(answer, expected)) {
      throw foreign(role, socket, "does not know this job's secret");
    }
    out.writeInt(WELCOME);
    socket.setSoTimeout(0);
    return new SealedConnection(
        socket,
        role,
        own,
        caller,
        secret.key(role, own, caller, question, mine),
        secret.key(role, caller, own, question, mine));
  }

  /** One deadline for all that is read: a byte now and then does not extend it. */
  private static DataInputStream within(Socket socket, int milliseconds) throws IOException {
    long deadline = System.nanoTime() + milliseconds * 1_000_000L;
    return new DataInputStream(
        new FilterInputStream(socket.getInputStream()) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
              throw new SocketTimeoutException("the handshake took over " + milliseconds + " ms");
            }
            socket.setSoTimeout((int) left);
            return super.read(bytes, offset, length);
          }
        });
  }

  private static RingException foreign(String role, Socket socket, String what) {
    return new RingException(
        RingException.Kind.FOREIGN,
        -1,
        "%s: a connection from %s was refused: it %s"
            .formatted(role, socket.getRemoteSocketAddress(), what));
  }

  private static byte[] read(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
