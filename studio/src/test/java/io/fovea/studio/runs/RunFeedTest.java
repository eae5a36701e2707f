package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class RunFeedTest {
  @TempDir Path folder;
  private String facts = "{\"name\":\"one\",\"state\":\"running\"}";
  private int reads;
  private long now;
  private RunFeed feed;

  @BeforeEach
  void open() {
    RunTail tail = new RunTail(folder.resolve("m"));
    feed =
        new RunFeed(
            "one",
            tail,
            () -> {
              reads++;
              return facts;
            },
            () -> now);
  }

  private void append(int step) throws IOException {
    Files.writeString(
        folder.resolve("m"),
        "{\"step\":" + step + "}\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private void pass() {
    now += TimeUnit.MILLISECONDS.toNanos(RunFeed.LOOK_MILLIS);
  }

  private static String text(RunFeed.NewEvents news) {
    return new String(news.events(), StandardCharsets.UTF_8);
  }

  @Test
  void since_ofAFirstPage_returnsAllLinesAndTheFacts() throws IOException {
    append(1);
    append(2);
    assertThat(text(feed.since(RunFeed.Told.NOTHING)))
        .isEqualTo(
            """
            event: all
            data: {"run":"one","lines":[{"step":1},{"step":2}]}

            event: state
            data: {"name":"one","state":"running"}

            """);
  }

  @Test
  void since_ofFiftyPages_looksOnceAndGivesAllTheSameBytes() throws IOException {
    append(1);
    RunFeed.NewEvents first = feed.since(RunFeed.Told.NOTHING);
    for (int page = 1; page < 50; page++) {
      assertThat(feed.since(RunFeed.Told.NOTHING).events()).isSameAs(first.events());
    }
    assertThat(reads).isEqualTo(1);
    pass();
    append(2);
    RunFeed.NewEvents second = feed.since(first.told());
    assertThat(text(second))
        .isEqualTo("event: more\ndata: {\"run\":\"one\",\"lines\":[{\"step\":2}]}\n\n");
    for (int page = 1; page < 50; page++) {
      assertThat(feed.since(first.told()).events()).isSameAs(second.events());
    }
    assertThat(reads).isEqualTo(2);
    assertThat(feed.since(second.told()).events()).isEmpty();
  }

  @Test
  void since_ofFiftyPages_looksEveryTwoAndAHalfSeconds() throws IOException {
    feed.count(50);
    assertThat(feed.pauseMillis()).isEqualTo(2500);
    feed.since(RunFeed.Told.NOTHING);
    now += TimeUnit.MILLISECONDS.toNanos(2499);
    feed.since(RunFeed.Told.NOTHING);
    assertThat(reads).isEqualTo(1);
    now += TimeUnit.MILLISECONDS.toNanos(1);
    feed.since(RunFeed.Told.NOTHING);
    assertThat(reads).isEqualTo(2);
    feed.count(-41);
    assertThat(feed.pauseMillis()).isEqualTo(RunFeed.LOOK_MILLIS);
  }

  @Test
  void since_beforeTheNextLook_returnsNothingNew() throws IOException {
    append(1);
    RunFeed.NewEvents first = feed.since(RunFeed.Told.NOTHING);
    append(2);
    facts = "{\"name\":\"one\",\"state\":\"paused\"}";
    now += TimeUnit.MILLISECONDS.toNanos(RunFeed.LOOK_MILLIS) - 1;
    assertThat(feed.since(first.told()).events()).isEmpty();
    now++;
    assertThat(text(feed.since(first.told()))).contains("{\"step\":2}", "paused");
  }

  @Test
  void since_ofALatePage_returnsAllThatItMissed() throws IOException {
    append(1);
    RunFeed.NewEvents first = feed.since(RunFeed.Told.NOTHING);
    append(2);
    pass();
    feed.since(first.told());
    append(3);
    pass();
    assertThat(text(feed.since(first.told()))).contains("{\"step\":2},{\"step\":3}");
  }

  @Test
  void since_whenFactsChange_returnsThemOnce() throws IOException {
    RunFeed.NewEvents first = feed.since(RunFeed.Told.NOTHING);
    facts = "{\"name\":\"one\",\"state\":\"running\",\"flags\":{}}"; // the run wrote its config
    pass();
    RunFeed.NewEvents second = feed.since(first.told());
    assertThat(text(second)).isEqualTo("event: state\ndata: " + facts + "\n\n");
    pass();
    assertThat(feed.since(second.told()).events()).isEmpty();
  }
}
