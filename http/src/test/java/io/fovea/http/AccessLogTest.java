package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  private static final Instant TIME = Instant.parse("2026-11-28T02:03:04.005Z");
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @TempDir Path folder;

  private static AccessLog.Entry entry(String path, String trace) {
    return new AccessLog.Entry(
        TIME, "POST", path, 200, 123, 4567, new RequestContext("id-1", trace));
  }

  @Test
  void write_entry_isALineOfJson() throws IOException {
    Path file = folder.resolve("access.log");
    Files.writeString(file, "before\n");
    try (AccessLog log = AccessLog.appendTo(file)) {
      log.write(entry("/predict", TRACE));
      log.write(entry("/a\"b\n", ""));
    }
    String beginning = "{\"time\":\"2026-11-28T02:03:04.005Z\",\"method\":\"POST\",\"path\":";
    String end = ",\"status\":200,\"bytes\":123,\"micros\":4567,\"requestId\":\"id-1\"";
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "before",
            beginning + "\"/predict\"" + end + ",\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"}",
            beginning + "\"/a\\\"b\\n\"" + end + "}");
  }

  @Test
  void write_endlessPath_isShortened() throws IOException {
    Path file = folder.resolve("access.log");
    try (AccessLog log = AccessLog.appendTo(file)) {
      log.write(entry("/" + "x".repeat(30_000), ""));
    }
    assertThat(Files.readString(file)).hasSizeLessThan(1_300).contains("xxx...\"");
  }

  @Test
  void write_ofManyThreads_keepsLinesWhole() throws IOException {
    Path file = folder.resolve("access.log");
    try (AccessLog log = AccessLog.appendTo(file);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int k = 0; k < 200; k++) {
        threads.execute(() -> log.write(entry("/predict", TRACE)));
      }
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(200);
    assertThat(lines).allMatch(lines.getFirst()::equals);
  }

  /** A request that was cut is interrupted when it writes its line. */
  @Test
  void write_ofAnInterruptedThread_isWritten() throws IOException {
    Path file = folder.resolve("access.log");
    try (AccessLog log = AccessLog.appendTo(file)) {
      Thread.currentThread().interrupt();
      log.write(entry("/predict", ""));
      assertThat(Thread.interrupted()).isTrue();
      log.write(entry("/predict", ""));
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void write_toAFullDisk_stopsNobody() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    try (AccessLog log = AccessLog.to(full)) {
      log.write(entry("/predict", ""));
      log.write(entry("/predict", ""));
    }
  }

  @Test
  void appendTo_aFolder_isRefused() {
    assertThatThrownBy(() -> AccessLog.appendTo(folder)).isInstanceOf(IOException.class);
  }
}
