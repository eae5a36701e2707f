package io.fovea.studio.runs;

import io.fovea.run.RunMetrics;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a growing metrics file, kept in memory for {@link RunFeed}. Their number is bounded:
 * at {@link #MOST} lines every second step is dropped, so a long run keeps a coarser curve; the
 * lines of epochs stay.
 */
final class RunTail {
  static final int MOST = 8_000;

  private static final int PIECE = 4 << 20;

  private final Path file;
  private final List<String> lines = new ArrayList<>();
  private @Nullable Object identity;
  private long position;
  private int generation;
  private int stride = 1;
  private long steps;

  RunTail(Path file) {
    this.file = file;
  }

  /**
   * The news for a follower.
   *
   * @param generation the generation for the next call
   * @param whole whether the follower must start again, because older lines have changed
   * @param lines the new ones
   * @param next the number of lines that the follower then has
   */
  record NewLines(int generation, boolean whole, List<String> lines, int next) {}

  /** The news since a follower's last call; its first call has generation -1. */
  NewLines since(int seenGeneration, int seen) {
    boolean whole = seenGeneration != generation;
    List<String> fresh = List.copyOf(lines.subList(whole ? 0 : seen, lines.size()));
    return new NewLines(generation, whole, fresh, lines.size());
  }

  void read() throws IOException {
    if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    long size = attributes.size();
    Object now = attributes.fileKey();
    boolean replaced = identity != null && !identity.equals(now);
    identity = now;
    if (size < position || replaced) { // a resumed run cuts the file back to its checkpoint
      lines.clear();
      position = 0;
      stride = 1;
      steps = 0;
      generation++;
    }
    while (size > position) {
      byte[] piece = new byte[(int) Math.min(size - position, PIECE)];
      int length;
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        in.seek(position);
        length = in.read(piece);
      }
      int end = length - 1;
      while (end >= 0 && piece[end] != '\n') {
        end--;
      }
      if (end < 0) {
        position += length > RunMetrics.LONGEST_LINE ? length : 0; // no valid line is so long
        return;
      }
      position += end + 1;
      String text = new String(piece, 0, end, StandardCharsets.UTF_8).replace('\r', ' ');
      text.lines().forEach(this::add); // which end as those that verify compares
    }
  }

  private void add(String line) {
    if (line.length() > RunMetrics.LONGEST_LINE || !RunMetrics.isOfNumbers(line)) {
      // Each line is checked once, since followers receive it unchanged.
      return;
    }
    if (!RunMetrics.isEpoch(line) && steps++ % stride != 0) {
      return;
    }
    lines.add(line);
    if (lines.size() > MOST) {
      thin();
    }
  }

  private void thin() {
    List<String> kept = new ArrayList<>();
    int n = 0;
    for (String line : lines) {
      if (RunMetrics.isEpoch(line) || n++ % 2 == 0) {
        kept.add(line);
      }
    }
    lines.clear();
    lines.addAll(kept.subList(Math.max(0, kept.size() - MOST), kept.size()));
    stride *= 2;
    generation++;
  }
}
