package io.fovea.replay;

import io.fovea.format.Checkpoints;
import io.fovea.format.FormatException;
import io.fovea.format.SavedRun;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of one run by the number of their step: step-700.safetensors. A folder keeps a
 * limited number of bytes: when it is full, every second checkpoint goes.
 */
final class CheckpointFolder {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})\\.safetensors");

  private final NavigableMap<Long, Path> files = new TreeMap<>();
  private @Nullable Path folder;
  private long most;

  void keepIn(Path own, long limit) throws IOException {
    folder = own;
    most = limit;
    add(own);
  }

  void add(Path other) throws IOException {
    if (Files.isDirectory(other)) {
      try (Stream<Path> all = Files.list(other)) {
        all.forEach(
            file -> {
              Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
              if (name.matches()) {
                files.put(Long.parseLong(name.group(1)), file);
              }
            });
      }
    }
  }

  /**
   * The latest checkpoint at or before a step; one that cannot be read, is not wanted, or is of
   * another step than its name says, is passed over.
   */
  Optional<SavedRun> latest(long step, Predicate<Checkpoint> wanted) {
    for (Map.Entry<Long, Path> file : files.headMap(step, true).descendingMap().entrySet()) {
      try {
        SavedRun saved = Checkpoints.read(file.getValue());
        Checkpoint checkpoint = saved.checkpoint();
        if (checkpoint.position().step() == file.getKey() && wanted.test(checkpoint)) {
          return Optional.of(saved);
        }
      } catch (FormatException damaged) {
        // An earlier one, or the start, gives the same bits.
      }
    }
    return Optional.empty();
  }

  boolean wants(long step) {
    return folder != null && !files.containsKey(step);
  }

  void keep(Checkpoint checkpoint, Network network) {
    Path target = Objects.requireNonNull(folder, "wants() says whether there is one");
    long step = checkpoint.position().step();
    try {
      Files.createDirectories(target);
      Path own = RunFolder.step(target, step);
      Checkpoints.write(checkpoint, network, own);
      files.put(step, own);
      boolean isOdd = false;
      while (bytes(target) > most && files.size() > 2) {
        for (Path file : files.values().toArray(new Path[0])) {
          isOdd = !isOdd;
          if (isOdd && file.startsWith(target)) {
            Files.deleteIfExists(file);
            files.values().remove(file);
          }
        }
      }
    } catch (IOException full) {
      folder = null; // or read-only: a replay goes on without them
    }
  }

  private long bytes(Path target) throws IOException {
    long sum = 0;
    for (Path file : files.values()) {
      sum += file.startsWith(target) ? Files.size(file) : 0;
    }
    return sum;
  }
}
