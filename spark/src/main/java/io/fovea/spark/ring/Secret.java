package io.fovea.spark.ring;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the workers of one job, and nobody else, know. It reaches them with their task and never
 * crosses a connection of ours: whoever knows it can answer a question with a keyed hash
 * (HMAC-SHA256, RFC 2104).
 */
public final class Secret implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Bytes of an answer. */
  static final int ANSWER = 32;

  /** Bytes of a question. */
  static final int QUESTION = 16;

  private final byte[] key;

  private Secret(byte[] key) {
    this.key = key;
  }

  /** A fresh one. */
  public static Secret fresh() {
    return new Secret(random(32));
  }

  /** Bytes that nobody has asked before. */
  static byte[] question() {
    return random(QUESTION);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** What somebody who knows the secret answers. */
  byte[] answer(String role, int from, int to, byte[] first, byte[] second) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(role.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(from).putInt(to).array());
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(ALGORITHM + ": every Java has it", missing);
    }
  }
}
