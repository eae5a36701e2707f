package io.fovea.data.fetch;

import io.fovea.data.base.DataException;
import io.fovea.data.source.IdxFile;
import io.fovea.file.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * One file of a named set: its name, and its expected content. Content from any source is accepted
 * only if length and SHA-256 agree.
 *
 * @param name the name of the file
 * @param length its length in bytes; its greatest length where not all of the SHA-256 is known
 * @param sha256 its SHA-256 in lower-case hexadecimal digits, or the first of them
 * @param isPacked true for an archive or gzip file that is stored as published; else name, length
 *     and SHA-256 are those of the uncompressed file, which mirrors have as gzip
 */
public record NamedFile(String name, long length, String sha256, boolean isPacked) {
  private static final int DIGITS = 64;

  /** A file that is kept uncompressed. */
  public NamedFile(String name, long length, String sha256) {
    this(name, length, sha256, false);
  }

  String published() {
    return isPacked ? name : name + ".gz";
  }

  /**
   * Copies the content of a stream, uncompressed unless the file is stored packed, and stops as
   * soon as it is too long.
   *
   * @throws DataException if it is not the expected content
   */
  void copy(InputStream from, OutputStream to) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(from, 1 << 16);
    boolean isGzip = !isPacked && IdxFile.isGzip(buffered);
    InputStream in = isGzip ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    MessageDigest digest = Sha256.digest();
    byte[] block = new byte[1 << 16];
    long total = 0;
    for (int n = in.read(block); n >= 0; n = in.read(block)) {
      total += n;
      if (total > length) {
        throw new DataException(name + " is longer than the expected " + length + " bytes");
      }
      digest.update(block, 0, n);
      to.write(block, 0, n);
    }
    if (total < length && sha256.length() == DIGITS) {
      throw new DataException(name + " has " + total + " bytes, expected " + length);
    }
    String got = HexFormat.of().formatHex(digest.digest());
    if (!got.startsWith(sha256)) {
      throw new DataException(name + " has SHA-256 " + got + ", expected " + sha256);
    }
  }

  /** Reads a file of this name completely, and throws if it is not the expected one. */
  void check(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      copy(in, OutputStream.nullOutputStream());
    }
  }
}
