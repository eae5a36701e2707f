package io.fovea.studio.runs;

import io.fovea.file.AtomicFile;
import io.fovea.http.HttpError;
import io.fovea.studio.web.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The user's name and note for a run.
 *
 * @param title shown instead of the folder's name; may be empty
 * @param text the note; may be empty
 */
record RunNote(String title, String text) {
  static final RunNote NONE = new RunNote("", "");

  private static final int LONGEST_TITLE = 80;
  private static final int LONGEST_TEXT = 4_000;
  private static final long LARGEST = 64 << 10;

  /** Throws {@link HttpError} 400 if one is too long. */
  RunNote {
    if (title.length() > LONGEST_TITLE || text.length() > LONGEST_TEXT) {
      throw new HttpError(
          400,
          "studio: a name has at most %d characters and a note %,d, got %,d and %,d; shorten it"
              .formatted(LONGEST_TITLE, LONGEST_TEXT, title.length(), text.length()));
    }
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFile.write(
        file, Reply.JSON.writeValueAsString(Map.of("title", title, "text", text)) + "\n");
  }

  /** The note in a file; an empty one if there is no readable file. */
  static RunNote read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        return NONE;
      }
      JsonNode node = Reply.JSON.readTree(Files.readString(file));
      return new RunNote(node.path("title").asString(""), node.path("text").asString(""));
    } catch (IOException | JacksonException | HttpError none) {
      return NONE;
    }
  }
}
