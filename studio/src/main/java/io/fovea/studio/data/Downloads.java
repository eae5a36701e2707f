package io.fovea.studio.data;

import io.fovea.data.base.DataException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Downloads of data sets: any page can start or cancel one, and all pages see its progress. No
 * request waits for one.
 */
final class Downloads {
  @FunctionalInterface
  interface Fetcher {
    /** Reports its progress, and throws when its thread is interrupted. */
    void fetch(String data, Consumer<String> reporter) throws DataException;
  }

  private enum State {
    NONE,
    RUNNING,
    DONE,
    CANCELLED,
    FAILED
  }

  private record Download(Thread thread, State state, String said) {}

  private final Fetcher fetcher;
  private final Map<String, Download> downloads = new HashMap<>();

  Downloads(Fetcher fetcher) {
    this.fetcher = fetcher;
  }

  synchronized void start(String data) {
    Download known = downloads.get(data);
    if (known == null || known.state() != State.RUNNING) {
      Thread thread =
          Thread.ofPlatform().name("download " + data).daemon().unstarted(() -> run(data));
      downloads.put(data, new Download(thread, State.RUNNING, ""));
      thread.start();
    }
  }

  private void run(String data) {
    Thread self = Thread.currentThread();
    try {
      fetcher.fetch(data, said -> tell(self, data, State.RUNNING, said));
      tell(self, data, State.DONE, "");
    } catch (DataException failure) {
      tell(self, data, State.FAILED, String.valueOf(failure.getMessage()));
    } catch (RuntimeException | Error mistake) {
      tell(self, data, State.FAILED, "studio: internal error: " + mistake);
      throw mistake;
    }
  }

  /** Notes the news of a download, unless it is over or another has begun since. */
  private synchronized void tell(Thread thread, String data, State state, String said) {
    Download download = downloads.get(data);
    if (download != null && download.state() == State.RUNNING && download.thread() == thread) {
      downloads.put(data, new Download(thread, state, said));
    }
  }

  /** Cancels a download; nothing of it is kept. */
  synchronized void cancel(String data) {
    Download download = downloads.get(data);
    if (download != null && download.state() == State.RUNNING) {
      tell(download.thread(), data, State.CANCELLED, "");
      download.thread().interrupt();
    }
  }

  /** The state and the last report. */
  synchronized Map<String, Object> facts(String data) {
    Download download = downloads.get(data);
    State state = download == null ? State.NONE : download.state();
    return Map.of(
        "state",
        state.name().toLowerCase(Locale.ROOT),
        "said",
        download == null ? "" : download.said());
  }
}
