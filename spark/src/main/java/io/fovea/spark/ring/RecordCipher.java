package io.fovea.spark.ring;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM (NIST SP 800-38D) for the records of one direction of a connection. The nonce is the
 * record's number, so none is used twice with a key.
 */
final class RecordCipher {
  static final int TAG = 16;

  private final Cipher cipher;
  private final SecretKey key;
  private final int mode;
  private final byte[] nonce = new byte[12];
  private long number;

  RecordCipher(SecretKey key, boolean encrypts) {
    this.key = key;
    this.mode = encrypts ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("AES-GCM: missing in this JDK", missing);
    }
  }

  /**
   * Encrypts or decrypts the next record.
   *
   * @param record its head, then its content, with the tag if it is encrypted
   * @param length the bytes of the content, with the tag if it is encrypted
   * @return the bytes of the result
   * @throws AEADBadTagException if this is not what was encrypted as the record of this number
   */
  int next(byte[] record, int length, byte[] target, int offset) throws AEADBadTagException {
    ByteBuffer.wrap(nonce).putLong(nonce.length - Long.BYTES, number++);
    try {
      cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
      cipher.updateAAD(record, 0, SealedConnection.HEAD);
      return cipher.doFinal(record, SealedConnection.HEAD, length, target, offset);
    } catch (AEADBadTagException damaged) {
      throw damaged;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM: " + impossible.getMessage(), impossible);
    }
  }
}
