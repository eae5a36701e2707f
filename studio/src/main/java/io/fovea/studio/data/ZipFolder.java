package io.fovea.studio.data;

import io.fovea.http.HttpError;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Unpacks an untrusted zip file: nothing is written outside the folder, no link is created, and
 * stated sizes are not trusted. Bytes are counted as they are written.
 */
final class ZipFolder {
  static final int MOST_ENTRIES = 200_000;

  /** The largest ratio of unpacked to packed size, of all files; pictures hardly shrink. */
  static final int MOST_GROWTH = 200;

  private static final int SMALL = 1 << 20; // may always be added

  private ZipFolder() {}

  /**
   * Unpacks all files except hidden ones and those that operating systems add.
   *
   * @throws HttpError 422 if the archive is damaged or hostile, 413 if it is too large
   */
  static void unpack(Path archive, Path folder) throws IOException {
    try (ZipFile zip = open(archive)) {
      if (zip.size() > MOST_ENTRIES) {
        throw new HttpError(
            413, "upload: expects at most %,d files, got %,d".formatted(MOST_ENTRIES, zip.size()));
      }
      long packed = Files.size(archive);
      long left = Math.min(Uploads.MOST_BYTES, SMALL + MOST_GROWTH * packed);
      Map<String, String> names = new HashMap<>();
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!entry.isDirectory() && !Uploads.isPassedOver(entry.getName())) {
          requireOneSpelling(names, entry.getName().replace('\\', '/'));
          left -= copy(zip, entry, Uploads.inside(folder, entry.getName()), left);
          if (left < 0) {
            throw tooLarge(packed, entry.getName());
          }
        }
      }
    } catch (ZipException | EOFException damaged) {
      String reason = // the JDK says nothing of an entry that begins behind the file's end
          Objects.requireNonNullElse(damaged.getMessage(), "a file begins or ends outside of it");
      throw new HttpError(
          422,
          "upload: expects a zip file with a folder of images for each class, got one that cannot be read (%s); pack it again, without a password"
              .formatted(reason));
    }
  }

  /** Opens an archive; names of old programs may be in a local encoding and are read as bytes. */
  private static ZipFile open(Path archive) throws IOException {
    try {
      return new ZipFile(archive.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException otherLetters) {
      return new ZipFile(archive.toFile(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Refuses what is one file or folder on some systems, and two on others. */
  private static void requireOneSpelling(Map<String, String> names, String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
      String path = name.substring(0, end);
      String other = names.putIfAbsent(path.toLowerCase(Locale.ROOT), path);
      if (other != null && !other.equals(path)) {
        throw new HttpError(
            422,
            "upload: the zip file has %s and %s, which are one on some systems; rename one of them"
                .formatted(other, path));
      }
    }
  }

  private static HttpError tooLarge(long packed, String name) {
    long most = SMALL + MOST_GROWTH * packed;
    return most > Uploads.MOST_BYTES
        ? new HttpError(413, Uploads.tooLarge())
        : new HttpError(
            422,
            "upload: expects a zip file that grows at most %d times, as pictures do, got more than %,d bytes of %,d; leave out %s"
                .formatted(MOST_GROWTH, most, packed, name));
  }

  /** Writes a file, up to a byte more than is left; returns its length. */
  private static long copy(ZipFile zip, ZipEntry entry, Path file, long left) throws IOException {
    CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
    long written = 0;
    byte[] piece = new byte[1 << 16];
    try (in;
        OutputStream out = created(file)) {
      for (int length = in.read(piece); length >= 0 && written <= left; length = in.read(piece)) {
        out.write(piece, 0, length);
        written += length;
      }
    } catch (FileAlreadyExistsException twice) {
      throw new HttpError(422, "upload: the zip file has %s twice".formatted(entry.getName()));
    }
    long sum = in.getChecksum().getValue();
    if (written <= left && sum != entry.getCrc()) {
      throw new ZipException(
          "%s has the checksum %08x, expected %08x"
              .formatted(entry.getName(), sum, entry.getCrc()));
    }
    return written;
  }

  private static OutputStream created(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
  }
}
