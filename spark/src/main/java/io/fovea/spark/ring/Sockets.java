package io.fovea.spark.ring;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Opens sockets with the ring's options. */
public final class Sockets {
  private Sockets() {}

  /**
   * Opens a server socket at this machine's address of that name, or at all of its addresses if the
   * name is not one of them (as in a container that others reach by its host's name).
   *
   * @param port 0 for any free one
   */
  public static ServerSocket open(String host, int port) throws IOException {
    try {
      return open(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException notOurs) {
      if (port != 0 && notOurs instanceof java.net.BindException) {
        throw new IOException(
            "cannot listen at %s, port %d: %s".formatted(host, port, notOurs.getMessage()),
            notOurs);
      }
      return open(new InetSocketAddress(port));
    }
  }

  private static ServerSocket open(InetSocketAddress address) throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.bind(address);
      return server;
    } catch (IOException failure) {
      server.close();
      throw failure;
    }
  }

  /** Disables Nagle's algorithm, so that short messages are sent at once. */
  public static Socket tuned(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Closes a connection or a server socket, also while a thread uses it. */
  public static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException useless) {
      // it is not used any more
    }
  }
}
