package io.fovea.studio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the pages that follow a run are told. Its files are looked at once in a while, and what is
 * new is written as events once, for all who have heard as much. Each event takes a moment of a
 * processor that the training wants, so many followers are told less often: {@link #FEW} of them
 * twice a second, fifty every two and a half seconds, and all together never more events.
 */
final class RunFeed {
  static final long LOOK_MILLIS = 500;

  /** Followers of whom each is told as soon as that. */
  static final int FEW = 10;

  private final String run;
  private final RunTail tail;
  private final StatusSource source;
  private final LongSupplier nanos;
  private final AtomicInteger followers = new AtomicInteger();
  private final Map<Told, News> made = new HashMap<>();
  private String facts = "";
  private int changes;
  private long looked;
  private boolean begun;

  /** Reads the status of a run. */
  @FunctionalInterface
  interface StatusSource {
    /** As JSON, on one line. */
    String read() throws IOException;
  }

  /**
   * How much a page has been told.
   *
   * @param generation of the lines
   * @param lines how many
   * @param changes how often the facts had changed
   */
  record Told(int generation, int lines, int changes) {
    static final Told NOTHING = new Told(-1, 0, 0);
  }

  /**
   * What a page has not been told.
   *
   * @param told to be named in the next question
   * @param events as they are sent; no bytes where nothing is new
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, the same for all
  record News(Told told, byte[] events) {}

  /**
   * A feed that has not looked yet.
   *
   * @param nanos the time
   */
  RunFeed(String run, RunTail tail, StatusSource source, LongSupplier nanos) {
    this.run = run;
    this.tail = tail;
    this.source = source;
    this.nanos = nanos;
  }

  /** One page more follows, or one less. */
  void count(int more) {
    followers.addAndGet(more);
  }

  /** How long a page waits from one question to the next. */
  long pauseMillis() {
    return LOOK_MILLIS * Math.max(FEW, followers.get()) / FEW;
  }

  /** What is new for a page. */
  synchronized News since(Told told) throws IOException {
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

  private News news(Told told) {
    StringBuilder events = new StringBuilder();
    RunTail.News news = tail.since(told.generation(), told.lines());
    if (news.whole() || !news.lines().isEmpty()) {
      events.append(lines(news.whole() ? "all" : "more", news.lines()));
    }
    if (told.changes() != changes) {
      events.append(EventStream.event("state", facts));
    }
    return new News(
        new Told(news.generation(), news.next(), changes),
        events.toString().getBytes(StandardCharsets.UTF_8));
  }

  private String lines(String event, List<String> lines) {
    return EventStream.event(
        event, "{\"run\":\"" + run + "\",\"lines\":[" + String.join(",", lines) + "]}");
  }
}
