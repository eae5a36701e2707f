package io.fovea.http;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Settings of the JDK's server, as system properties, which it reads once on first use. Values that
 * the user has set are kept.
 */
public final class ServerSettings {
  /** The most open connections; further ones are closed at once. */
  public static final int CONNECTIONS = 16_384;

  /** The most bytes of a request's first line and headers. */
  public static final int HEADER_BYTES = 32 * 1024;

  private ServerSettings() {}

  /** Sets them; call this before the first server is created. */
  public static void apply() {
    // ComputePool requests hold at most one carrier thread a processor; one more serves the others.
    property(
        "jdk.virtualThreadScheduler.parallelism",
        Integer.toString(Runtime.getRuntime().availableProcessors() + 1));
    property("sun.net.httpserver.nodelay", "true"); // else answers wait 40 ms for the client's ACK
    property("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
    property("sun.net.httpserver.maxIdleConnections", "1024");
    property("sun.net.httpserver.maxReqHeaders", "100");
    property("sun.net.httpserver.maxReqHeaderSize", Integer.toString(HEADER_BYTES));
  }

  /** The URL here of a server that listens on an address, such as {@code http://[::1]:8080}. */
  public static String url(InetSocketAddress address) {
    InetAddress own = address.getAddress();
    InetAddress reached = own.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : own;
    String host = reached.getHostAddress();
    return "http://%s:%d"
        .formatted(host.indexOf(':') >= 0 ? "[" + host + "]" : host, address.getPort());
  }

  /** Stops a server at once; the JDK's own method swallows the interrupt of its thread. */
  public static void stop(HttpServer server) {
    boolean interrupted = Thread.interrupted();
    server.stop(0);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void property(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
