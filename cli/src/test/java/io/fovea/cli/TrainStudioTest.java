package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.run.RunFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code fovea train --studio}, on a real process: the run can be followed, as long as it lasts.
 */
@Tag("gate")
@Timeout(120)
class TrainStudioTest {
  private static final Pattern ADDRESS =
      Pattern.compile("studio: (http://127\\.0\\.0\\.1:\\d+/)#train/run");

  @TempDir Path folder;

  @Test
  void train_withAStudio_isFollowedWhileItTrains() throws Exception {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 400);
    Path log = folder.resolve("log");
    Process process =
        FoveaProcess.start(
            List.of(
                "train",
                digits.toString(),
                "--model=pooled",
                "--epochs=4000",
                "--studio",
                "--out=" + folder.resolve("runs").resolve("run")),
            log);
    try {
      String address = address(log);
      assertThat(get(address + "api/runs"))
          .contains("\"name\":\"run\"", "\"state\":\"running\"", "\"ours\":false");
      Path run = folder.resolve("runs").resolve("run");
      assertThatThrownBy(() -> new RunFolder(run).lock())
          .as("the studio has read the configuration, and the run keeps its lock")
          .isInstanceOf(FormatException.class)
          .hasMessage(
              "train: another process is training in "
                  + run
                  + "; wait until it has ended, or stop it");
      try (BufferedReader events =
          new BufferedReader(
              new InputStreamReader(
                  open(address + "api/events?runs=run"), StandardCharsets.UTF_8))) {
        boolean grows = false;
        while (!grows) {
          String line = events.readLine();
          assertThat(line).as("the stream goes on").isNotNull();
          grows = line.startsWith("data: {\"run\":\"run\",\"lines\":[{\"step\":");
        }
      }
      FoveaProcess.interrupt(process);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(130);
      assertThatThrownBy(() -> get(address)).isInstanceOf(ConnectException.class);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String address(Path log) throws Exception {
    while (true) {
      Matcher told = ADDRESS.matcher(Files.readString(log));
      if (told.find()) {
        return told.group(1);
      }
      Thread.sleep(50);
    }
  }

  private static InputStream open(String address) throws IOException {
    URLConnection connection = URI.create(address).toURL().openConnection();
    connection.setReadTimeout(30_000);
    return connection.getInputStream();
  }

  private static String get(String address) throws IOException {
    try (InputStream in = open(address)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
