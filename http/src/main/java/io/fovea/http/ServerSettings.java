package io.fovea.http;

/**
 * Settings of the JDK's server. It reads them once in a JVM, when it is first used, and they can be
 * given in no other way; what the user has set stays.
 */
public final class ServerSettings {
  /** Open connections; what comes beyond them is closed at once. */
  public static final int CONNECTIONS = 16_384;

  /** Bytes of a request's first line and headers. */
  public static final int HEADER_BYTES = 32 * 1024;

  private ServerSettings() {}

  /** Sets them; to be called before the first server is made. */
  public static void apply() {
    // Requests that compute hold at most as many carriers as there are processors; one more answers
    // the others.
    property(
        "jdk.virtualThreadScheduler.parallelism",
        Integer.toString(Runtime.getRuntime().availableProcessors() + 1));
    property("sun.net.httpserver.nodelay", "true"); // else answers wait 40 ms for the client's ACK
    property("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
    property("sun.net.httpserver.maxIdleConnections", "1024");
    property("sun.net.httpserver.maxReqHeaders", "100");
    property("sun.net.httpserver.maxReqHeaderSize", Integer.toString(HEADER_BYTES));
  }

  private static void property(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
