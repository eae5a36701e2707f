package io.fovea.serve;

import io.fovea.http.AccessLog;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The options of a server.
 *
 * @param address the address to listen on; port 0 lets the system choose
 * @param token the secret that clients must send; empty for none
 * @param limits of requests
 * @param maxBatch the largest batch
 * @param maxDelay the longest time that an image waits for others
 * @param poll the interval between checks of the models' files; zero for no checks
 * @param accessLog receives a line for each request; closed with the server
 */
record ServerOptions(
    InetSocketAddress address,
    String token,
    Limits limits,
    int maxBatch,
    Duration maxDelay,
    Duration poll,
    AccessLog accessLog) {
  /**
   * Checks which machines can reach the server.
   *
   * @throws IllegalArgumentException if the address is not a loopback address and there is no token
   */
  ServerOptions {
    if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "host: %s can be reached from other machines, so a token is needed; give one, or listen on 127.0.0.1"
              .formatted(address.getHostString()));
    }
  }
}
