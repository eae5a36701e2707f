package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTailTest {
  @TempDir Path folder;

  private static String step(int n) {
    return "{\"step\":" + n + ",\"loss\":1.5}\n";
  }

  private void append(String text) throws IOException {
    Files.writeString(
        folder.resolve("m"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static RunTail.NewLines news(RunTail tail, int generation, int seen) throws IOException {
    tail.read();
    return tail.since(generation, seen);
  }

  @Test
  void since_ofAGrowingFile_givesWholeNewLinesOnce() throws IOException {
    RunTail tail = new RunTail(folder.resolve("m"));
    RunTail.NewLines none = news(tail, -1, 0);
    assertThat(none.lines()).isEmpty();
    append(step(1) + "{\"step\":2,");
    RunTail.NewLines first = news(tail, none.generation(), none.next());
    assertThat(first.lines()).containsExactly("{\"step\":1,\"loss\":1.5}");
    append("\"loss\":3}\n");
    RunTail.NewLines second = news(tail, first.generation(), first.next());
    assertThat(second.whole()).isFalse();
    assertThat(second.lines()).containsExactly("{\"step\":2,\"loss\":3}");
  }

  @Test
  void since_ofLinesThatAreNoJson_leavesThemOut() throws IOException {
    RunTail tail = new RunTail(folder.resolve("m"));
    append("{\"step\":1,\"loss\":}\n{}}\nevent: evil\n[1]\nx\r" + step(1));
    // Pages reckon with figures; a text among them would end their drawing.
    append("{\"step\":1,\"loss\":\"low\"}\n{\"epoch\":1,\"trainLoss\":null}\n" + step(2));
    assertThat(news(tail, -1, 0).lines()).containsExactly("{\"step\":2,\"loss\":1.5}");
  }

  @Test
  void since_afterAResumeCutTheFileBack_startsAnew() throws IOException {
    RunTail tail = new RunTail(folder.resolve("m"));
    append(step(1) + step(2) + step(3));
    RunTail.NewLines before = news(tail, -1, 0);
    AtomicFile.write(folder.resolve("m"), step(1));
    append(step(2) + step(3) + step(4));
    RunTail.NewLines after = news(tail, before.generation(), before.next());
    assertThat(after.whole()).isTrue();
    assertThat(after.lines()).hasSize(4);
  }

  @Test
  void since_ofAVeryLongRun_keepsTheWholeCurveMoreCoarsely() throws IOException {
    StringBuilder text = new StringBuilder();
    int all = 5 * RunTail.MOST;
    for (int n = 0; n < all; n++) {
      text.append(step(n));
      if (n % 10_000 == 0) {
        text.append("{\"epoch\":1,\"step\":" + n + ",\"trainLoss\":1}\n");
      }
    }
    append(text.toString());
    RunTail.NewLines news = news(new RunTail(folder.resolve("m")), -1, 0);
    assertThat(news.lines().size()).isBetween(RunTail.MOST / 3, RunTail.MOST);
    assertThat(news.lines().getFirst()).contains("\"step\":0,");
    assertThat(news.lines()).filteredOn(line -> line.contains("trainLoss")).hasSize(4);
    assertThat(news.lines().getLast()).matches(".*\"step\":399[0-9]{2},.*");
  }
}
