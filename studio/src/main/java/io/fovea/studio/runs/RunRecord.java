package io.fovea.studio.runs;

import io.fovea.file.AtomicFile;
import io.fovea.studio.web.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The record of a run that the studio has started, kept beside the run folders, so that the next
 * studio finds the process.
 *
 * @param pid the id of the run's process
 * @param started the start time of that process, since ids are reused
 * @param wish the user's request: run, pause or stop
 * @param data the name of the data set on the pages
 * @param flags all its flags, which its folder has only after a while
 */
public record RunRecord(
    long pid, Instant started, String wish, String data, Map<String, String> flags) {
  private static final long LARGEST = 64 << 10;
  private static final Duration CLOCK = Duration.ofSeconds(2);

  static RunRecord of(ProcessHandle process, String data, Map<String, String> flags) {
    Instant began = process.info().startInstant().orElse(Instant.now());
    return new RunRecord(process.pid(), began, "run", data, flags);
  }

  RunRecord wishing(String other) {
    return new RunRecord(pid, started, other, data, flags);
  }

  Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            found ->
                found
                    .info()
                    .startInstant()
                    .map(began -> Duration.between(began, started).abs().compareTo(CLOCK) <= 0)
                    .orElse(false));
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("pid", pid);
    all.put("started", started.toString());
    all.put("wish", wish);
    all.put("data", data);
    all.put("flags", flags);
    AtomicFile.write(file, Reply.JSON.writeValueAsString(all) + "\n");
  }

  /** The record in a file; empty if there is no readable file. */
  static Optional<RunRecord> read(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
        return Optional.empty();
      }
      JsonNode node = Reply.JSON.readTree(Files.readString(file));
      Map<String, String> flags = new LinkedHashMap<>();
      node.path("flags").forEachEntry((name, value) -> flags.put(name, value.asString("")));
      return Optional.of(
          new RunRecord(
              node.path("pid").asLong(),
              Instant.parse(node.path("started").asString()),
              node.path("wish").asString(),
              node.path("data").asString(""),
              flags));
    } catch (IOException | JacksonException | java.time.DateTimeException none) {
      return Optional.empty();
    }
  }
}
