package io.fovea.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Access control. On a loopback address, web pages must not reach the server through a browser on
 * this machine: DNS rebinding shows in the Host header, a form on a foreign page in the Origin
 * header. On other addresses, and whenever one is set, a token is required.
 *
 * @param token the secret; empty for none
 * @param loopback whether the server listens on a loopback address only
 */
public record AccessControl(String token, boolean loopback) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "bearer ";

  /** The port of an origin that names none. */
  private static final int HTTP_PORT = 80;

  /**
   * Checks the token.
   *
   * @throws IllegalArgumentException if it cannot be sent in a header
   */
  public AccessControl {
    if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IllegalArgumentException(
          "--token: expects visible ASCII characters without spaces, since others cannot be sent; choose another one");
    }
  }

  /**
   * Checks a request.
   *
   * @param open true if no token is required
   * @throws HttpError 400, 401 or 403
   */
  public void admit(HttpExchange exchange, boolean open) {
    InetSocketAddress local = exchange.getLocalAddress();
    Headers headers = exchange.getRequestHeaders();
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1) {
      throw new HttpError(400, "host: expects one Host header, got " + hosts.size());
    }
    if (loopback) {
      if (!isHere(hosts.getFirst(), local.getPort(), local.getPort())) {
        throw new HttpError(
            403, "host: this server is available as localhost only; use that name or address");
      }
      for (String origin : headers.getOrDefault("Origin", List.of())) {
        if (!origin.startsWith("http://")
            || !isHere(origin.substring("http://".length()), local.getPort(), HTTP_PORT)) {
          throw new HttpError(
              403, "origin: this server refuses requests from pages of other sites");
        }
      }
    }
    if (!open && !token.isEmpty()) {
      requireToken(headers.getOrDefault("Authorization", List.of()));
    }
  }

  /** Whether a host is this server; {@code unnamed} is the port of one without a port. */
  private static boolean isHere(String host, int port, int unnamed) {
    String name = host.toLowerCase(Locale.ROOT);
    int colon = name.lastIndexOf(':');
    String whole = colon > name.lastIndexOf(']') ? name : name + ":" + unnamed;
    return LOOPBACK.stream().anyMatch(here -> whole.equals(here + ":" + port));
  }

  /** Compares in constant time. */
  private void requireToken(List<String> given) {
    String header = given.size() == 1 ? given.getFirst() : "";
    boolean bearer = header.toLowerCase(Locale.ROOT).startsWith(BEARER);
    String own = bearer ? header.substring(BEARER.length()).strip() : "";
    boolean right =
        MessageDigest.isEqual(
            own.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    if (!right) {
      throw new HttpError(
          401, "token: expects the header Authorization: Bearer TOKEN with this server's token");
    }
  }
}
