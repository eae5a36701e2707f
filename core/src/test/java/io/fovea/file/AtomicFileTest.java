package io.fovea.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AtomicFileTest {
  @TempDir Path folder;

  private List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void write_newOrExistingFile_leavesThatFileAlone() throws IOException {
    Path target = folder.resolve("report.txt");
    for (String text : List.of("gr\u00fcn, a longer old text\n", "new")) {
      AtomicFile.write(target, text);
      assertThat(target).hasContent(text);
      assertThat(files()).containsExactly("report.txt");
    }
  }

  @Test
  void write_missingFolders_makesThem() throws IOException {
    Path target = folder.resolve("runs").resolve("1").resolve("report.txt");
    AtomicFile.write(target, "text");
    assertThat(target).hasContent("text");
  }

  @Test
  void write_beside_deletesWhatAKilledProcessLeftADayAgo() throws IOException {
    Path old = Files.writeString(folder.resolve(".fovea-0123456789abcdef.part"), "half");
    Path fresh = Files.writeString(folder.resolve(".fovea-fedcba9876543210.part"), "half");
    Path other = Files.writeString(folder.resolve("video.part"), "of another program");
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
    Files.setLastModifiedTime(old, before);
    Files.setLastModifiedTime(other, before);

    AtomicFile.write(folder.resolve("report.txt"), "text");

    assertThat(files()).containsExactly(fresh.getFileName().toString(), "report.txt", "video.part");
  }

  /** As on a full disk, and for the content's own reason. */
  static Stream<Exception> failures() {
    return Stream.of(
        new IOException("No space left on device"), new IllegalArgumentException("no such layer"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void write_failingHalfway_keepsTheOldFileAndNothingElse(Exception failure) throws IOException {
    Path target = Files.writeString(folder.resolve("model.bin"), "old");

    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    out -> {
                      out.write(new byte[200_000]);
                      if (failure instanceof IOException io) {
                        throw io;
                      }
                      throw (RuntimeException) failure;
                    }))
        .isSameAs(failure);
    assertThat(target).hasContent("old");
    assertThat(files()).containsExactly("model.bin");
  }

  @Test
  void write_targetIsAFolder_isRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("run"));

    assertThatThrownBy(() -> AtomicFile.write(target, "text"))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(target + ": Is a directory");
    assertThat(files()).containsExactly("run");
  }

  @Test
  void write_unwritableFolder_isRefused() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed));

    assertThatThrownBy(() -> AtomicFile.write(closed.resolve("model.bin"), "text"))
        .isInstanceOf(java.nio.file.AccessDeniedException.class);
  }

  @Test
  void write_folderWithoutFiles_namesTheTarget() {
    Path self = Path.of("/proc/self"); // no user can make a file there
    assumeTrue(Files.isDirectory(self));
    Path target = self.resolve("report.txt");

    assertThatThrownBy(() -> AtomicFile.write(target, "text"))
        .isInstanceOf(FileSystemException.class)
        .hasMessage("/proc/self/report.txt");
  }

  @Test
  void write_device_isWrittenToAndStays() throws IOException {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device));

    AtomicFile.write(device, "text");

    assertThat(Files.isRegularFile(device)).isFalse();
    assertThat(Files.exists(device)).isTrue();
  }

  @Test
  void write_descriptorOfAFile_isWrittenToAndStays() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors));
    Path file = folder.resolve("redirected");
    Path link = folder.resolve("link");
    try (FileChannel open =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      open.write(ByteBuffer.wrap("before ".getBytes(StandardCharsets.UTF_8)));
      Path descriptor = descriptor(descriptors, file);
      Files.createSymbolicLink(link, descriptor);

      AtomicFile.write(descriptor, "text ");
      AtomicFile.write(link, "by a link");

      assertThat(Files.readString(file)).isEqualTo("before text by a link");
      assertThat(link).isSymbolicLink();
      assertThat(files()).containsExactly("link", "redirected");
    }
  }

  private static Path descriptor(Path descriptors, Path file) throws IOException {
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(each -> Files.exists(each) && isSame(each, file)).findFirst().orElseThrow();
    }
  }

  private static boolean isSame(Path descriptor, Path file) {
    try {
      return Files.isSameFile(descriptor, file);
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void write_linkToAFile_replacesTheLink() throws IOException {
    Path file = Files.writeString(folder.resolve("old.txt"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("report.txt"), Path.of("old.txt"));

    AtomicFile.write(link, "new");

    assertThat(file).hasContent("old");
    assertThat(link).hasContent("new").isRegularFile();
    assertThat(Files.isSymbolicLink(link)).isFalse();
  }

  @Test
  void write_fullDevice_isRefused() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));

    assertThatThrownBy(() -> AtomicFile.write(full, "text"))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
  }

  @Test
  void write_interruptedBefore_finishesAndStaysInterrupted() {
    Path target = folder.resolve("checkpoint");
    Thread.currentThread().interrupt();
    try {
      AtomicFile.write(target, "text");
    } catch (IOException lost) {
      throw new AssertionError("the interruption lost the file", lost);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(target).hasContent("text");
  }

  @Test
  void write_interruptedWithin_startsAgainAndStaysInterrupted() throws IOException {
    Path target = folder.resolve("checkpoint");
    AtomicInteger calls = new AtomicInteger();

    AtomicFile.write(
        target,
        out -> {
          if (calls.incrementAndGet() == 1) {
            Thread.currentThread().interrupt();
          }
          out.write(new byte[200_000]);
        });

    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls).hasValue(2);
    assertThat(target).hasSize(200_000);
    assertThat(files()).containsExactly("checkpoint");
  }

  @Test
  void write_manyWritersAndReaders_neverShowsHalfAFile() throws Exception {
    Path target = folder.resolve("model.bin");
    AtomicFile.write(target, out -> out.write(content(0)));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> writers =
          IntStream.range(1, 4)
              .<Future<?>>mapToObj(
                  writer ->
                      threads.submit(
                          () -> {
                            for (int n = 0; n < 10; n++) {
                              AtomicFile.write(target, out -> out.write(content(writer)));
                            }
                            return null;
                          }))
              .toList();
      while (!writers.stream().allMatch(Future::isDone)) {
        byte[] seen = Files.readAllBytes(target);
        assertThat(Arrays.equals(seen, content(seen[0]))).isTrue();
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(files()).containsExactly("model.bin");
  }

  private static byte[] content(int writer) {
    byte[] bytes = new byte[100_000];
    Arrays.fill(bytes, (byte) writer);
    return bytes;
  }
}
