package io.fovea.studio;

import io.fovea.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the studio itself knows of a run that it has started: kept beside the run folders, so that
 * the next studio finds the process again.
 *
 * @param pid the number of the run's process
 * @param started when that process began, since numbers are given anew
 * @param wish what the user wants of it: run, pause or stop
 * @param data the name of the data set as the pages show it
 */
record RunRecord(long pid, Instant started, String wish, String data) {
  private static final long LARGEST = 64 << 10;
  private static final Duration CLOCK = Duration.ofSeconds(2);

  /** The record of a process that has just been started. */
  static RunRecord of(ProcessHandle process, String data) {
    return new RunRecord(
        process.pid(), process.info().startInstant().orElse(Instant.now()), "run", data);
  }

  RunRecord wishing(String other) {
    return new RunRecord(pid, started, other, data);
  }

  /** The process, if it still runs. */
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
    AtomicFile.write(file, Reply.JSON.writeValueAsString(all) + "\n");
  }

  /** The record in a file; empty where there is none, or none that can be read. */
  static Optional<RunRecord> read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        return Optional.empty();
      }
      JsonNode node = Reply.JSON.readTree(Files.readString(file));
      return Optional.of(
          new RunRecord(
              node.path("pid").asLong(),
              Instant.parse(node.path("started").asString()),
              node.path("wish").asString(),
              node.path("data").asString("")));
    } catch (IOException | JacksonException | java.time.DateTimeException none) {
      return Optional.empty();
    }
  }
}
