package io.fovea.studio.runs;

import io.fovea.studio.web.EventStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The events for pages that follow a run. Its files are polled, and new content is written as
 * events once for all pages at the same position. Each event takes time from the training, so with
 * many followers updates are less frequent: twice a second for {@link #FEW} of them, every two and
 * a half seconds for fifty; the total rate of events is bounded.
 */
final class RunFeed {
  static final long LOOK_MILLIS = 500;

  /** The number of followers with the shortest interval. */
  static final int FEW = 10;

  private final String run;
  private final RunTail tail;
  private final StatusSource source;
  private final LongSupplier nanos;
  private final AtomicInteger followers = new AtomicInteger();
  private final Map<Told, NewEvents> made = new HashMap<>();
  private String facts = "";
  private int changes;
  private long looked;
  private boolean begun;

  @FunctionalInterface
  interface StatusSource {
    /** The status as JSON, on one line. */
    String read() throws IOException;
  }

  /**
   * The position of a page in the feed.
   *
   * @param generation of the lines
   * @param lines the number of lines sent
   * @param changes the number of changes of the status sent
   */
  record Told(int generation, int lines, int changes) {
    static final Told NOTHING = new Told(-1, 0, 0);
  }

  /**
   * The news for a page.
   *
   * @param told the position for the next call
   * @param events the bytes to send; none without news
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, the same for all
  record NewEvents(Told told, byte[] events) {}

  /**
   * A feed before its first poll.
   *
   * @param nanos the time
   */
  RunFeed(String run, RunTail tail, StatusSource source, LongSupplier nanos) {
    this.run = run;
    this.tail = tail;
    this.source = source;
    this.nanos = nanos;
  }

  void count(int more) {
    followers.addAndGet(more);
  }

  /** The interval between calls for a page. */
  long pauseMillis() {
    return LOOK_MILLIS * Math.max(FEW, followers.get()) / FEW;
  }

  synchronized NewEvents since(Told told) throws IOException {
    long now = nanos.getAsLong();
    if (!begun || now - looked >= TimeUnit.MILLISECONDS.toNanos(pauseMillis())) {
      look();
      looked = now;
      begun = true;
    }
    return made.computeIfAbsent(told, this::news);
  }

  private void look() throws IOException {
    tail.read();
    String found = source.read();
    if (!found.equals(facts)) {
      facts = found;
      changes++;
    }
    made.clear();
  }

  private NewEvents news(Told told) {
    StringBuilder events = new StringBuilder();
    RunTail.NewLines news = tail.since(told.generation(), told.lines());
    if (news.whole() || !news.lines().isEmpty()) {
      events.append(lines(news.whole() ? "all" : "more", news.lines()));
    }
    if (told.changes() != changes) {
      events.append(EventStream.event("state", facts));
    }
    return new NewEvents(
        new Told(news.generation(), news.next(), changes),
        events.toString().getBytes(StandardCharsets.UTF_8));
  }

  private String lines(String event, List<String> lines) {
    return EventStream.event(
        event, "{\"run\":\"" + run + "\",\"lines\":[" + String.join(",", lines) + "]}");
  }
}
