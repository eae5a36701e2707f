package io.fovea.spark.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.MessageDigest;

/**
 * How two ends of a connection make sure that both belong to the same job. Each asks a question
 * that only somebody with the job's secret can answer, so that a stranger learns nothing and a
 * recorded conversation is of no use.
 *
 * <pre>
 * caller: magic, version, its number, the number it wants, question
 * host:   its own question, answer
 * caller: answer
 * host:   welcome
 * </pre>
 */
public final class Handshake {
  private static final int MAGIC = 0x464f5652; // FOVR
  private static final int VERSION = 1;
  private static final int WELCOME = 1;

  private Handshake() {}

  /**
   * The caller's side.
   *
   * @param role what the connection is for; the same on both sides
   * @throws RingException if the other end is no worker of this job, or not the one wanted
   * @throws IOException if the connection breaks
   */
  public static void call(Socket socket, String role, int own, int wanted, Secret secret)
      throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] question = Secret.question();
    java.io.ByteArrayOutputStream hello = new java.io.ByteArrayOutputStream();
    DataOutputStream words = new DataOutputStream(hello);
    words.writeInt(MAGIC);
    words.writeInt(VERSION);
    words.writeInt(own);
    words.writeInt(wanted);
    words.write(question);
    out.write(hello.toByteArray());
    byte[] theirs = read(in, Secret.QUESTION);
    byte[] answer = read(in, Secret.ANSWER);
    byte[] expected = secret.answer(role + " host", own, wanted, question, theirs);
    if (!MessageDigest.isEqual(answer, expected)) {
      throw new RingException(
          RingException.Kind.FOREIGN,
          wanted,
          "%s: %s, where worker %d should be, does not know this job's secret; is another job using the port?"
              .formatted(role, socket.getRemoteSocketAddress(), wanted));
    }
    out.write(secret.answer(role + " caller", own, wanted, theirs, question));
    if (in.readInt() != WELCOME) {
      throw new IOException("no welcome");
    }
  }

  /**
   * The host's side.
   *
   * @return the caller's number
   * @throws RingException if the other end is no worker of this job, or wants another than this
   * @throws IOException if the connection breaks
   */
  public static int answer(Socket socket, String role, int own, Secret secret) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int magic = in.readInt();
    int version = magic == MAGIC ? in.readInt() : 0;
    if (version != VERSION) {
      throw foreign(role, socket, "speaks another language than version " + VERSION);
    }
    int caller = in.readInt();
    int wanted = in.readInt();
    byte[] question = read(in, Secret.QUESTION);
    if (wanted != own) {
      throw foreign(role, socket, "looks for worker " + wanted + ", this is " + own);
    }
    byte[] mine = Secret.question();
    out.write(mine);
    out.write(secret.answer(role + " host", caller, own, question, mine));
    byte[] answer = read(in, Secret.ANSWER);
    byte[] expected = secret.answer(role + " caller", caller, own, mine, question);
    if (!MessageDigest.isEqual(answer, expected)) {
      throw foreign(role, socket, "does not know this job's secret");
    }
    out.writeInt(WELCOME);
    return caller;
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
