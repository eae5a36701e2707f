package io.fovea.spark.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The shared secret of the workers of one job. They get it with their task, and it is never sent
 * over the ring's connections: a worker proves its knowledge by a keyed hash of a challenge
 * (HMAC-SHA256, RFC 2104), and encrypts its messages under keys that are derived from it.
 */
public final class Secret implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The bytes of a response. */
  static final int ANSWER = 32;

  /** The bytes of a key for AES. */
  private static final int KEY = 16;

  /** The bytes of a challenge. */
  static final int QUESTION = 16;

  private final byte[] key;

  Secret(byte[] key) {
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
      mac.update(role.getBytes(UTF_8));
      mac.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(from).putInt(to).array());
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(ALGORITHM + ": missing in this JDK", missing);
    }
  }

  /**
   * The key for what {@code from} sends to {@code to}: by HKDF (RFC 5869) from this secret, with
   * the caller's and the host's challenge as its salt.
   */
  SecretKey key(String role, int from, int to, byte[] caller, byte[] host) {
    byte[] direction = "%s from %d to %d".formatted(role, from, to).getBytes(UTF_8);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES",
              HKDFParameterSpec.ofExtract()
                  .addIKM(key)
                  .addSalt(caller)
                  .addSalt(host)
                  .thenExpand(direction, KEY));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("HKDF-SHA256: missing in this JDK", missing);
    }
  }
}
