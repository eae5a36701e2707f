package io.fovea.spark;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Somebody between two workers, who reads what the caller sends, and may change it. */
public final class Proxy implements AutoCloseable {
  /** The bytes of the first message of a caller in a handshake, and of its response. */
  private static final int[] GREETING = {32, 16};

  /** What becomes of a record: its length, content and tag. */
  @FunctionalInterface
  public interface Change {
    /** Passes the record of this number on, or something else. */
    void pass(int number, byte[] record, OutputStream out) throws IOException;
  }

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  /**
   * A proxy for one caller.
   *
   * @param port where the caller wanted to go, on this machine
   */
  public Proxy(int port, Change change) throws IOException {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket caller = door.accept();
                  Socket host = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread back = Thread.ofVirtual().start(() -> copy(host, caller));
                forward(caller, host, change);
                back.join();
              } catch (IOException | InterruptedException ended) {
                // with the connections
              }
            });
  }

  /** Passes on what comes, as it comes. */
  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException ended) {
      // with the connections
    }
  }

  private void forward(Socket caller, Socket host, Change change) throws IOException {
    DataInputStream in = new DataInputStream(caller.getInputStream());
    OutputStream out = host.getOutputStream();
    for (int length : GREETING) {
      out.write(in.readNBytes(length));
    }
    try {
      for (int number = 0; ; number++) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        int length = in.readInt();
        new DataOutputStream(record).writeInt(length);
        record.write(in.readNBytes(length + 16));
        synchronized (seen) {
          seen.write(record.toByteArray());
        }
        change.pass(number, record.toByteArray(), out);
      }
    } finally {
      host.shutdownOutput();
    }
  }

  /** The port to call instead. */
  public int port() {
    return door.getLocalPort();
  }

  /** The records so far. */
  public byte[] seen() {
    synchronized (seen) {
      return seen.toByteArray();
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
