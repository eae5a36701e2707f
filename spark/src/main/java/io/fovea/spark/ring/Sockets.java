package io.fovea.spark.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sockets as we want them. */
public final class Sockets {
  private Sockets() {}

  /**
   * Somewhere to connect to, at this machine's address of that name; at all of its addresses, where
   * the name is not one of them (in a container that others reach by its host's name).
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

  /** Short messages leave at once. */
  public static Socket tuned(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** A connection that shall end, also under the hands of a thread that reads or writes. */
  public static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException useless) {
      // it is of no use any more, open or not
    }
  }
}
