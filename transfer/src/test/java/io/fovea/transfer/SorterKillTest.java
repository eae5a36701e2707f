package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that sorts is killed; what it had said to be labelled is. */
class SorterKillTest {
  private static final int PHOTOS = 20;

  @TempDir private Path folder;

  /** Labels the photos over and over, each time with the other class, and says so. */
  static final class Labeller {
    private Labeller() {}

    public static void main(String[] args) throws IOException {
      try (PhotoSorter sorter = open(Path.of(args[0]))) {
        for (int i = 0; i < 1_000_000; i++) {
          Path photo = sorter.photos().get(i % PHOTOS);
          sorter.label(photo, i / PHOTOS % 2);
          System.out.println(i);
        }
      }
    }
  }

  private static PhotoSorter open(Path folder) throws IOException {
    return PhotoSorter.open(
        Backbone.of(PhotoSorterTest.untrained()),
        folder.resolve("photos"),
        folder.resolve("journal.jsonl"),
        List.of("even", "odd"));
  }

  @Test
  void label_processKilled_losesNoLabel() throws Exception {
    kill(5, 77);
  }

  /** The numbers of bench/ROBUSTNESS.md; {@code -Dkills=N} for more than 60. */
  @Tag("slow")
  @Test
  void label_processesKilled_loseNoLabel() throws Exception {
    int[] acts = new Random(1).ints(Integer.getInteger("kills", 60), 1, 400).toArray();
    kill(acts);
    System.out.printf("SorterKillTest: %d kills%n", acts.length);
  }

  /** Kills a process that sorts after so many acts, each time with an empty journal. */
  private void kill(int... acts) throws Exception {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < PHOTOS; i++) {
      Images.write(MnistDigits.first(PHOTOS).image(i), photos.resolve(i + ".png"));
    }
    for (int enough : acts) {
      int last = killedAfter(enough);
      try (PhotoSorter sorter = open(folder)) {
        for (int i = 0; i < PHOTOS; i++) {
          // The act after the last one said may be on the disk, too.
          int newest = last - Math.floorMod(last - i, PHOTOS);
          if (newest >= 0 && Math.floorMod(last + 1, PHOTOS) != i) {
            assertThat(sorter.labelOf(sorter.photos().get(i)))
                .as("photo %d after act %d", i, last)
                .hasValue(newest / PHOTOS % 2);
          }
        }
      }
      Files.delete(folder.resolve("journal.jsonl"));
    }
  }

  /** The last act that a process said to be done, killed after some. */
  private int killedAfter(int enough) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                path(),
                Labeller.class.getName(),
                folder.toString()));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (acts(said).size() <= enough && process.isAlive()) {
        Thread.sleep(1);
      }
    } finally {
      process.destroyForcibly().waitFor(); // SIGKILL
    }
    assertThat(acts(said)).hasSizeGreaterThan(enough);
    return acts(said).size() - 1;
  }

  /** The lines that are whole. */
  private static List<String> acts(Path said) throws IOException {
    String text = Files.readString(said);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** What this test runs with; Maven adds its classes to the module. */
  private static String path() {
    return String.join(
        File.pathSeparator,
        Path.of("target/test-classes").toAbsolutePath().toString(),
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"));
  }
}
