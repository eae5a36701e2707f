package io.fovea.cli.serve;

import io.fovea.http.AccessLog;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a server answers.
 *
 * @param address where to listen; port 0 lets the system choose
 * @param token the secret that clients must send; empty where none is wanted
 * @param limits of requests
 * @param maxBatch images computed together at most
 * @param maxDelay how long an image waits for others at most
 * @param poll how often the models' files are looked at for replaced ones; zero for never
 * @param accessLog gets a line for each request; closed with the server
 */
public record ServerOptions(
    InetSocketAddress address,
    String token,
    Limits limits,
    int maxBatch,
    Duration maxDelay,
    Duration poll,
    AccessLog accessLog) {
  /**
   * Checks who can reach the server.
   *
   * @throws IllegalArgumentException if the address is no loopback one and there is no token
   */
  public ServerOptions {
    if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "--host: %s can be reached from other machines, so --token is needed; give one, or leave --host out"
              .formatted(address.getHostString()));
    }
  }

  /** No token, batches of 32 without delay, no reloading, no access log. */
  public static ServerOptions on(InetSocketAddress address) {
    return new ServerOptions(
        address, "", Limits.usual(), 32, Duration.ZERO, Duration.ZERO, AccessLog.none());
  }
}
