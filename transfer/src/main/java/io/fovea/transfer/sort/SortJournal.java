package io.fovea.transfer.sort;

import io.fovea.data.base.DataException;
import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.StrictJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person has done to a folder of photos, a line of JSON for each act: {@code
 * {"act":"label","photo":"a/1.jpg","class":"cat"}}. A line is on the disk before {@link #append}
 * returns, so that neither a killed process nor a power cut loses one. The beginning of a line at
 * the end is of an act that was not confirmed: it is passed over, and cut by the next act. Any
 * other file is refused, and stays as it is. A journal is open once at a time, in all processes.
 */
public final class SortJournal implements AutoCloseable {
  public enum Act {
    CLASS,
    LABEL,
    LEAVE_OUT,
    UNDO;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * An act.
   *
   * @param photo the photo's path with slashes; empty where it concerns none
   * @param label the class; empty where it concerns none
   */
  public record Entry(Act act, String photo, String label) {}

  /** A person does some thousand acts a day, of some hundred bytes. */
  private static final long MOST_BYTES = 64 << 20;

  /** A line of {@link #append} without its escapes. */
  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"act\":\"(class|label|leave-out|undo)\"(,\"photo\":\"[^\"]*+\")?(,\"class\":\"[^\"]*+\")?}");

  /**
   * The journals of this process. They are asked before a file is opened: on POSIX systems, to
   * close it again would give the lock away.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path real;
  private final RandomAccessFile file; // not a channel, which an interruption would close
  private final List<Entry> entries = new ArrayList<>();
  private int tail; // bytes of the beginning of a line at the end
  private boolean isEnded = true; // the line before it, by a new line

  private SortJournal(Path path, Path real) throws IOException {
    this.path = path;
    this.real = real;
    this.file = new RandomAccessFile(path.toFile(), "rw");
  }

  public static SortJournal open(Path path) throws DataException {
    try {
      Files.createDirectories(path.resolveSibling(""));
      SortJournal journal = begun(path);
      try {
        journal.lock();
        journal.read();
      } catch (IOException | RuntimeException failure) {
        journal.close();
        throw failure;
      }
      return journal;
    } catch (DataException refused) {
      throw refused;
    } catch (IOException failure) {
      throw unusable(path, "opened", failure);
    }
  }

  /** Takes the journal's place in the table, then opens the file. */
  private static SortJournal begun(Path path) throws IOException {
    boolean isThere = Files.exists(path);
    if (isThere && !Files.isRegularFile(path)) {
      throw new IOException("it is a folder, a pipe or a device");
    }
    Path folder = path.resolveSibling("").toRealPath();
    Path real = isThere ? path.toRealPath() : folder.resolve(String.valueOf(path.getFileName()));
    if (!OPEN.add(real)) {
      throw inUse(path);
    }
    try {
      return new SortJournal(path, real);
    } catch (IOException | RuntimeException failure) {
      OPEN.remove(real);
      throw failure;
    }
  }

  private static DataException inUse(Path path) {
    return new DataException(
        "sort: the journal %s is in use, expects one that no other program has open; close that one, or give another journal"
            .formatted(path));
  }

  private static DataException unusable(Path path, String what, IOException failure) {
    return new DataException(
        "sort: the journal %s cannot be %s: %s; give a file in a folder that can be written to, on a disk with free space"
            .formatted(path, what, DataException.reason(failure)),
        failure);
  }

  /** The acts that it had when it was opened. */
  public List<Entry> entries() {
    return entries;
  }

  private void lock() throws IOException {
    boolean isOurs;
    try {
      isOurs = file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException ownProcess) { // by another link to the file
      isOurs = false;
    }
    if (!isOurs) {
      throw inUse(path);
    }
  }

  private void read() throws IOException {
    if (file.length() > MOST_BYTES) {
      throw new DataException(
          "sort: expects a journal of at most %d MB, got %,d bytes of %s; give another file"
              .formatted(MOST_BYTES >> 20, file.length(), path));
    }
    byte[] bytes = new byte[Math.toIntExact(file.length())];
    file.readFully(bytes);
    int from = 0;
    for (int number = 1; from < bytes.length; number++) {
      int end = from;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      String line = new String(bytes, from, end - from, StandardCharsets.UTF_8);
      if (end == bytes.length && isBeginning(line)) {
        tail = end - from;
      } else {
        entries.add(entry(number, line));
        isEnded = end < bytes.length;
      }
      from = end + 1;
    }
  }

  /** Whether this may become a line, but is none yet. */
  @SuppressWarnings("JdkObsolete") // the rest of the line would follow, as from a stream
  private static boolean isBeginning(String text) {
    // Without escapes: a quoted mark inside a text would look like its end.
    Matcher line = LINE.matcher(text.replaceAll("\\\\.", "_"));
    return !line.matches() && line.hitEnd();
  }

  private Entry entry(int number, String line) throws DataException {
    try {
      JsonObject object = JsonObject.of("sort", StrictJson.read("sort", line));
      Act act = Act.valueOf(object.text("act").toUpperCase(Locale.ROOT).replace('-', '_'));
      String photo = object.has("photo") ? object.text("photo") : "";
      return new Entry(act, photo, object.has("class") ? object.text("class") : "");
    } catch (FormatException | IllegalArgumentException malformed) {
      throw damaged(number, malformed);
    }
  }

  /** The error for a line that says nothing. */
  public DataException damaged(int line, Exception cause) {
    return new DataException(
        "sort: line %d of the journal %s is damaged, expects {\"act\":\"label\",\"photo\":FILE,\"class\":CLASS} or another act; mend or delete that line"
            .formatted(line, path),
        cause);
  }

  /**
   * Appends an act.
   *
   * @throws DataException if it cannot be written; the journal then is as it was
   */
  public void append(Entry entry) throws DataException {
    String line =
        StrictJson.object(
            json -> {
              json.writeStringProperty("act", entry.act.text());
              if (!entry.photo.isEmpty()) {
                json.writeStringProperty("photo", entry.photo);
              }
              if (!entry.label.isEmpty()) {
                json.writeStringProperty("class", entry.label);
              }
            });
    byte[] bytes = ((isEnded ? "" : "\n") + line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      // What a killed process began to write was never confirmed.
      file.setLength(file.length() - tail);
      tail = 0;
      long before = file.length();
      try {
        file.seek(before);
        file.write(bytes);
        file.getFD().sync();
      } catch (IOException failure) {
        // A full disk may have taken half of the line.
        file.setLength(before);
        throw failure;
      }
      isEnded = true;
    } catch (IOException failure) {
      throw unusable(path, "written", failure);
    }
  }

  @Override
  public void close() throws DataException {
    try {
      file.close();
    } catch (IOException failure) {
      throw unusable(path, "closed", failure);
    } finally {
      OPEN.remove(real);
    }
  }
}
