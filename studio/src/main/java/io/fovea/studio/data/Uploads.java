package io.fovea.studio.data;

import io.fovea.file.FolderDeletion;
import io.fovea.http.HttpError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Folders of images that pages send, file by file or as a zip file, in parts of a request's size.
 * They are stored under a temporary name and renamed when complete, so the data sets never contain
 * a partial one.
 */
public final class Uploads {
  /** The most bytes of one upload, as sent and as unpacked. */
  static final long MOST_BYTES = 4L << 30;

  static final int MOST_ARRIVING = 4;

  /** The silence after which an upload is deleted; a page that still sends is cut much earlier. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(2);

  /** What Windows takes for devices, or cannot write. */
  private static final Pattern SPECIAL =
      Pattern.compile(
          "(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?|.*[. ]", Pattern.CASE_INSENSITIVE);

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final List<String> LEFT_BEHIND = List.of("__macosx", "thumbs.db", "desktop.ini");

  private static final String ARCHIVE = "archive.zip";
  private static final String FILES = "files";

  /** The number of bytes received. */
  private static final String BYTES = "bytes";

  /** The end of the name of a folder that PhotoSorter is writing. */
  private static final String PART = ".part";

  /** Writes a folder that does not exist yet. */
  @FunctionalInterface
  public interface FolderWriter {
    void writeTo(Path folder) throws IOException;
  }

  private final Path data;
  private final Path arriving;
  private final SecureRandom random = new SecureRandom();
  private final Set<Path> unpacking = ConcurrentHashMap.newKeySet();

  public Uploads(Path runs) {
    Path own = runs.toAbsolutePath().resolve(".studio");
    this.data = own.resolve("data");
    this.arriving = own.resolve("arriving");
  }

  List<Path> folders() throws IOException {
    return folders(data);
  }

  /** Whether this is the path of a complete folder. */
  boolean contains(String path) {
    return data.equals(Path.of(path).getParent());
  }

  /** Deletes what a killed studio has left of data sets that it was making. */
  void sweep() {
    for (Path in : List.of(data, arriving)) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(in, ".*" + PART)) {
        for (Path one : left) {
          FolderDeletion.delete(one);
        }
      } catch (IOException none) {
        // It stays; a hidden folder is no data set.
      }
    }
  }

  /**
   * Checks that a path is that of a complete folder.
   *
   * @throws HttpError 403 if it is another one
   */
  void requireOwn(String path) {
    if (!contains(path)) {
      throw new HttpError(
          403,
          "data: only photos that were sent to the studio can be deleted here; delete this set's files yourself");
    }
  }

  synchronized void delete(String path) throws IOException {
    requireOwn(path);
    Path leaving = arriving.resolve(newId());
    Files.createDirectories(arriving);
    Files.move(Path.of(path), leaving, StandardCopyOption.ATOMIC_MOVE); // never half of a set
    FolderDeletion.delete(leaving);
  }

  private String newId() {
    byte[] id = new byte[16];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private static List<Path> folders(Path in) throws IOException {
    List<Path> all = new ArrayList<>();
    if (Files.isDirectory(in)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(in)) {
        for (Path one : each) {
          boolean isHidden = String.valueOf(one.getFileName()).startsWith("."); // a partial one
          if (!isHidden && Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
            all.add(one);
          }
        }
      }
    }
    all.sort(null);
    return all;
  }

  /**
   * Starts an upload, and returns its id.
   *
   * @throws HttpError 503 if there are too many
   */
  synchronized String begin() throws IOException {
    int present = 0;
    for (Path one : folders(arriving)) {
      Path last = Files.exists(one.resolve(BYTES)) ? one.resolve(BYTES) : one;
      boolean isSilent =
          Files.getLastModifiedTime(last).toInstant().isBefore(Instant.now().minus(FORGOTTEN));
      if (isSilent && !unpacking.contains(one)) {
        FolderDeletion.delete(one);
      } else {
        present++;
      }
    }
    if (present >= MOST_ARRIVING) {
      throw new HttpError(
          503,
          "upload: %d are in progress already; try again when one has ended, or in %d minutes if a page was closed"
              .formatted(present, FORGOTTEN.toMinutes()));
    }
    String name = newId();
    Files.createDirectories(arriving.resolve(name).resolve(FILES));
    return name;
  }

  private Path folder(String id) {
    Path folder = arriving.resolve(id);
    if (!ID.matcher(id).matches() || !Files.isDirectory(folder)) {
      throw new HttpError(404, "upload: unknown id; start it again");
    }
    return folder;
  }

  /**
   * Appends a part to a file.
   *
   * @param path the file's path in the folder; empty for the zip file
   * @param at the number of earlier bytes of the file
   * @throws HttpError 400 if the path leads outside, 409 if the part is not the next one, 413 if
   *     there are too many bytes
   */
  synchronized void add(String id, String path, long at, byte[] piece) throws IOException {
    Path folder = folder(id);
    Path file = path.isEmpty() ? folder.resolve(ARCHIVE) : inside(folder.resolve(FILES), path);
    long length = Files.exists(file) ? Files.size(file) : 0;
    if (length != at) {
      throw new HttpError(
          409, "upload: expects bytes from offset %,d, got offset %,d".formatted(length, at));
    }
    Path total = folder.resolve(BYTES);
    long before = Files.exists(total) ? Long.parseLong(Files.readString(total)) : 0;
    if (before + piece.length > MOST_BYTES) {
      throw new HttpError(413, tooLarge());
    }
    Files.writeString(total, Long.toString(before + piece.length));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  static String tooLarge() {
    return "upload: expects at most %,d MB; start the studio with --data FOLDER instead"
        .formatted(MOST_BYTES >> 20);
  }

  /** Makes a data set of a finished upload, and returns its folder. */
  Path finish(String id, String name) throws IOException {
    Path folder = folder(id);
    Path archive = folder.resolve(ARCHIVE);
    Path files = folder.resolve(FILES);
    unpacking.add(folder);
    try {
      if (Files.exists(archive)) {
        ZipFolder.unpack(archive, files);
      }
      return keep(classFolders(files), name);
    } finally {
      FolderDeletion.delete(folder);
      unpacking.remove(folder);
    }
  }

  /** Makes a data set of what something else writes, and returns its folder. */
  public Path made(String name, FolderWriter writer) throws IOException {
    Files.createDirectories(arriving);
    Path folder = arriving.resolve(newId());
    unpacking.add(folder);
    try {
      writer.writeTo(folder);
      return keep(folder, name);
    } finally {
      FolderDeletion.delete(folder);
      unpacking.remove(folder);
    }
  }

  private synchronized Path keep(Path root, String name) throws IOException {
    return Files.move(root, place(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The path of a data set that does not exist yet, of this name or, if it is taken, with a number.
   */
  private Path place(String name) throws IOException {
    String plain = name.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[.-]+", "");
    String base = plain.isEmpty() ? "photos" : plain.substring(0, Math.min(60, plain.length()));
    Path to = data.resolve(base);
    for (int n = 2; Files.exists(to); n++) {
      to = data.resolve(base + "-" + n);
    }
    Files.createDirectories(data);
    return to;
  }

  /** The folder with the class folders, which many archives have inside one outer folder. */
  private static Path classFolders(Path files) throws IOException {
    Path root = files;
    while (true) {
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
        all.forEach(children::add);
      }
      if (children.isEmpty()) {
        throw new HttpError(
            422, "upload: expects a folder with a folder of images for each class, got no files");
      }
      if (children.size() > 1
          || !Files.isDirectory(children.getFirst())
          || folders(children.getFirst()).isEmpty()) {
        return root;
      }
      root = children.getFirst();
    }
  }

  /**
   * Resolves an untrusted path of a file in a folder.
   *
   * @throws HttpError 400 if it leads outside, or is not valid on every system
   */
  static Path inside(Path folder, String path) {
    String[] parts = path.replace('\\', '/').split("/", -1);
    boolean isWrong = parts.length > 12;
    for (String part : parts) {
      boolean isControl = part.codePoints().anyMatch(Character::isISOControl);
      isWrong |= part.isBlank() || part.length() > 200 || isControl || part.indexOf(':') >= 0;
      isWrong |= SPECIAL.matcher(part).matches(); // . and .. among them
    }
    Path file = folder;
    try {
      file = isWrong ? folder : folder.resolve(String.join("/", parts)).normalize();
    } catch (InvalidPathException otherLetters) {
      isWrong = true;
    }
    if (isWrong || !file.startsWith(folder)) {
      String shown = path.length() > 80 ? path.substring(0, 80) + " ..." : path;
      throw new HttpError(
          400,
          "upload: expects the path of a file inside the folder, with names that every system allows, such as cats/1.jpg, got \"%s\""
              .formatted(shown.replaceAll("\\p{Cntrl}", "?")));
    }
    return file;
  }

  /** Whether this is a hidden file or one that operating systems add, which is skipped. */
  static boolean isPassedOver(String path) {
    for (String part : path.replace('\\', '/').split("/", -1)) {
      boolean isHidden = part.startsWith(".") && !part.equals("..") && !part.equals(".");
      if (isHidden || LEFT_BEHIND.contains(part.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }
}
