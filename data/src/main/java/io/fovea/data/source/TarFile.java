package io.fovea.data.source;

import io.fovea.data.base.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A gzip tar archive, read from front to back: headers of 512 bytes (POSIX.1-1988, ustar), with the
 * name at byte 0, the size in octal digits at 124 and the kind at 156; the content follows, padded
 * to blocks of 512. Nothing is unpacked to the disk, so names cannot escape a folder.
 */
public final class TarFile {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int SIZE = 124;
  private static final int SIZE_DIGITS = 12;
  private static final int KIND = 156;

  private TarFile() {}

  @FunctionalInterface
  interface Visitor {
    /**
     * Reads a file, all of it or nothing.
     *
     * @param name its name, without folders
     * @param size its length in bytes
     * @param content begins with the file's bytes
     * @return whether they were read
     */
    boolean read(String name, long size, InputStream content) throws IOException;
  }

  /**
   * Calls the visitor for all regular files of an archive, in its order.
   *
   * @throws DataException if it is no gzip tar archive, is damaged, or ends too early
   */
  static void read(Path path, Visitor visitor) throws DataException {
    try (InputStream file = Files.newInputStream(path);
        InputStream in = new BufferedInputStream(new GZIPInputStream(file, 1 << 16), 1 << 16)) {
      byte[] header = in.readNBytes(BLOCK);
      while (header.length == BLOCK && header[0] != 0) {
        long size = size(path, header);
        byte kind = header[KIND];
        boolean isRead = (kind == '0' || kind == 0) && visitor.read(name(header), size, in);
        in.skipNBytes((isRead ? 0 : size) + (BLOCK - size % BLOCK) % BLOCK);
        header = in.readNBytes(BLOCK);
      }
      if (header.length < BLOCK) {
        throw new DataException(
            "tar " + path + ": ends too early; it is truncated, fetch it again");
      }
    } catch (ZipException e) {
      throw new DataException(
          "tar " + path + ": the gzip data is damaged (" + e.getMessage() + "); fetch it again", e);
    } catch (IOException e) {
      throw DataException.of("tar " + path + ": cannot be read", e, "");
    }
  }

  private static String name(byte[] header) {
    int length = 0;
    while (length < NAME && header[length] != 0) {
      length++;
    }
    String name = new String(header, 0, length, StandardCharsets.UTF_8);
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static long size(Path path, byte[] header) throws DataException {
    String digits =
        new String(header, SIZE, SIZE_DIGITS, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    try {
      long size = Long.parseLong(digits, 8);
      if (size >= 0) {
        return size;
      }
    } catch (NumberFormatException other) {
      // Reported below.
    }
    throw new DataException(
        "tar %s: expects a size in octal digits in each header, got \"%s\"; this is no tar archive"
            .formatted(path, digits));
  }
}
