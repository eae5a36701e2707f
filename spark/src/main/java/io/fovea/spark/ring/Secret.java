package io.fovea.spark.ring;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The shared secret of the workers of one job. They get it with their task, and it is never sent
 * over the ring's connections: a worker proves its knowledge by a keyed hash of a challenge
 * (HMAC-SHA256, RFC 2104).
 */
public final class Secret implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The bytes of a response. */
  static final int ANSWER = 32;

  /** The bytes of a challenge. */
  static final int QUESTION = 16;

  private final byte[] key;

  private Secret(byte[] key) {
    this.key = key;
  }

  /** A new random secret. */
  public static Secret fresh() {
    return new Secret(random(32));
  }

  /** A random challenge. */
  static byte[] question() {
    return random(QUESTION);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** The response to challenges. */
  byte[] answer(String role, int from, int to, byte[] first, byte[] second) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(role.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(from).putInt(to).array());
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(ALGORITHM + ": missing in this JDK", missing);
    }
  }
}
