package io.fovea.transfer;

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

/**
 * What a person has done to a folder of photos, a line of JSON for each act: {@code
 * {"act":"label","photo":"a/1.jpg","class":"cat"}}. A line is on the disk before {@link #append}
 * returns, so that neither a killed process nor a power cut loses one. A last line without an end
 * is that of an act that was not confirmed; it is dropped. One process has a journal at a time.
 */
final class SortJournal implements AutoCloseable {
  /** A kind of act. */
  enum Act {
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
  record Entry(Act act, String photo, String label) {}

  private final Path path;
  private final RandomAccessFile file; // not a channel, which an interruption would close
  private final List<Entry> entries = new ArrayList<>();

  private SortJournal(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /** Opens a journal, or begins one. */
  static SortJournal open(Path path) throws DataException {
    try {
      Files.createDirectories(path.resolveSibling(""));
      SortJournal journal = new SortJournal(path, new RandomAccessFile(path.toFile(), "rw"));
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

  private static DataException unusable(Path path, String what, IOException failure) {
    return new DataException(
        "sort: the journal %s cannot be %s: %s; give a file in a folder that can be written to, on a disk with free space"
            .formatted(path, what, DataException.reason(failure)),
        failure);
  }

  /** The acts that it had when it was opened. */
  List<Entry> entries() {
    return entries;
  }

  private void lock() throws IOException {
    boolean isOurs;
    try {
      isOurs = file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException ownProcess) {
      isOurs = false;
    }
    if (!isOurs) {
      throw new DataException(
          "sort: the journal %s is in use, expects one that no other program has open; close that one, or give another journal"
              .formatted(path));
    }
  }

  private void read() throws IOException {
    byte[] bytes = new byte[Math.toIntExact(file.length())];
    file.readFully(bytes);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    file.setLength(end);
    int number = 0;
    for (String line : new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      try {
        JsonObject object = JsonObject.of("sort", StrictJson.read("sort", line));
        Act act = Act.valueOf(object.text("act").toUpperCase(Locale.ROOT).replace('-', '_'));
        String photo = object.has("photo") ? object.text("photo") : "";
        entries.add(new Entry(act, photo, object.has("class") ? object.text("class") : ""));
      } catch (FormatException | IllegalArgumentException malformed) {
        throw damaged(number, malformed);
      }
    }
  }

  /** The error for a line that says nothing. */
  DataException damaged(int line, Exception cause) {
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
  void append(Entry entry) throws DataException {
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
    try {
      long before = file.length();
      try {
        file.seek(before);
        file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        file.getFD().sync();
      } catch (IOException failure) {
        file.setLength(before);
        throw failure;
      }
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
    }
  }
}
