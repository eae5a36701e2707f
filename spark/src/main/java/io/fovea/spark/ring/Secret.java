package io.fovea.spark.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The shared secret of the workers of one job. They get it with their task, and it is never sent
 * over the ring's connections: keys are derived from it and from challenges, by one of which a
 * worker proves its knowledge, and under others of which it encrypts its messages.
 */
public final class Secret implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The bytes of a key for AES, and of a response. */
  static final int KEY = 16;

  static final int QUESTION = 16;

  private final byte[] key;

  Secret(byte[] key) {
    this.key = key;
  }

  public static Secret fresh() {
    return new Secret(random(32));
  }

  static byte[] question() {
    return random(QUESTION);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** The response to challenges: a key that encrypts nothing, since its role is another. */
  byte[] answer(String role, int from, int to, byte[] caller, byte[] host) {
    return key(role, from, to, caller, host).getEncoded();
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
