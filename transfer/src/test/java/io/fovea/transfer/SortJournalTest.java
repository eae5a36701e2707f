package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.transfer.sort.SortJournal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Journals that were cut, edited or are none: read or refused, never destroyed. */
@Timeout(120)
class SortJournalTest {
  private static final Backbone BACKBONE = Backbone.of(PhotoSorterTest.untrained());
  private static final String CLASSES =
      "{\"act\":\"class\",\"class\":\"cat\"}\n{\"act\":\"class\",\"class\":\"dog\"}\n";
  private static final String LABEL = "{\"act\":\"label\",\"photo\":\"a.png\",\"class\":\"dog\"}";
  private static final Path PHOTO = Path.of("a.png");

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path journal = Path.of("");

  @BeforeEach
  void photo() throws IOException {
    folder = Files.createDirectory(temporary.resolve("photos"));
    journal = temporary.resolve("journal.jsonl");
    Images.write(MnistDigits.first(1).image(0), folder.resolve(PHOTO));
  }

  private PhotoSorter open() throws DataException {
    return PhotoSorter.open(BACKBONE, folder, journal, List.of());
  }

  private void assertDamaged(int line) {
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "sort: line %d of the journal %s is damaged, expects ".formatted(line, journal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "buy milk",
        "file,label\na.jpg,cat",
        "{\"act\":\"jump\"}",
        "{\"act\":\"label\"} and more",
        "{\"photo\":\"a.png\"",
        "[1]\n{\"act\":\"cl",
        "\n\n",
        "{\"act\":\"label\",\"photo\":\"a\\u0000b\",\"class\":\"cat\"}\n"
      })
  void open_fileThatIsNoJournal_isRefusedAndStays(String text) throws IOException {
    Files.writeString(journal, text);
    assertDamaged(1);
    assertThat(journal).hasContent(text);
  }

  @Test
  void open_photoOrNoise_isRefusedAndStays() throws IOException {
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    for (byte[] bytes : List.of(noise, Files.readAllBytes(folder.resolve(PHOTO)))) {
      Files.write(journal, bytes);
      assertDamaged(1);
      assertThat(journal).hasBinaryContent(bytes);
    }
  }

  @Test
  void open_fileLargerThanAnyJournal_isRefused() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expects a journal of at most 64 MB, got ");
  }

  /** As editors leave it that end no last line. */
  @Test
  void open_wholeLastLineWithoutEnd_counts() throws IOException {
    Files.writeString(journal, CLASSES + LABEL);
    try (PhotoSorter sorter = open()) {
      assertThat(sorter.labelOf(PHOTO)).hasValue(1);
      assertThat(journal).hasContent(CLASSES + LABEL);
      sorter.leaveOut(PHOTO);
    }
    assertThat(Files.readString(journal))
        .isEqualTo(CLASSES + LABEL + "\n{\"act\":\"leave-out\",\"photo\":\"a.png\"}\n");
  }

  /** A process that is killed may leave any beginning of a line. */
  @Test
  void open_beginningOfALine_isCutByTheNextAct() throws IOException {
    byte[] line =
        "{\"act\":\"label\",\"photo\":\"f/\u00e4\\\\ \\\"1\\\".png\",\"class\":\"dog\"}"
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 1; length < line.length; length++) {
      Files.writeString(journal, CLASSES);
      Files.write(journal, Arrays.copyOf(line, length), StandardOpenOption.APPEND);
      byte[] before = Files.readAllBytes(journal);
      try (SortJournal opened = SortJournal.open(journal)) {
        assertThat(opened.entries()).hasSize(2);
        assertThat(journal).hasBinaryContent(before);
        opened.append(new SortJournal.Entry(SortJournal.Act.LABEL, "a.png", "dog"));
      }
      assertThat(Files.readString(journal)).isEqualTo(CLASSES + LABEL + "\n");
    }
  }

  /** They would be written outside the data set. */
  @ParameterizedTest
  @ValueSource(
      strings = {"../../escape", "/tmp/escape", "", "cat", "CAT", "\\u001b[31mred", "a/b", "train"})
  void open_classThatIsNoFolder_isRefused(String name) throws IOException {
    Files.writeString(
        journal, CLASSES + "{\"act\":\"class\",\"class\":\"%s\"}\n%s\n".formatted(name, LABEL));
    assertDamaged(3);
  }

  @Test
  void open_manyClasses_isRefusedAtOnce() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      lines.append("{\"act\":\"class\",\"class\":\"c%d\"}\n".formatted(i));
    }
    Files.writeString(journal, lines);
    assertDamaged(1001);
  }

  /** On POSIX systems a process loses its lock when it closes the file in any place. */
  @Test
  void open_refusedInThisProcess_keepsTheLock() throws Exception {
    Path probe =
        Files.writeString(
            temporary.resolve("Probe.java"),
            """
            import java.nio.channels.FileChannel;
            import java.nio.file.*;

            class Probe {
              public static void main(String[] a) throws Exception {
                var file = FileChannel.open(Path.of(a[0]), StandardOpenOption.WRITE);
                System.exit(file.tryLock() == null ? 7 : 0);
              }
            }
            """);
    ProcessBuilder other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                probe.toString(),
                journal.toString())
            .inheritIO();
    try (PhotoSorter first = open()) {
      assertThat(first.photos()).hasSize(1);
      assertThatThrownBy(this::open).hasMessageContaining(" is in use, expects one ");
      Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary);
      assertThatThrownBy(
              () -> PhotoSorter.open(BACKBONE, folder, link.resolve("journal.jsonl"), List.of()))
          .hasMessageContaining(" is in use, expects one ");
      assertThat(other.start().waitFor()).as("locked").isEqualTo(7);
    }
    try (PhotoSorter again = open()) {
      assertThat(again.photos()).hasSize(1);
    }
    assertThat(other.start().waitFor()).as("free").isZero();
  }
}
