package io.fovea.studio;

import io.fovea.data.DataException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Downloads of data sets: a page starts one, all pages see how far it is, and any may end it. No
 * request waits for one.
 */
final class Downloads {
  /** Brings a data set onto this machine. */
  @FunctionalInterface
  interface Fetcher {
    /** Reports what it does, and ends with an exception when its thread is interrupted. */
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

  /** Begins, unless it runs. */
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
    try {
      fetcher.fetch(data, said -> tell(data, State.RUNNING, said));
      tell(data, State.DONE, "");
    } catch (DataException failure) {
      tell(data, State.FAILED, String.valueOf(failure.getMessage()));
    } catch (RuntimeException | Error mistake) {
      tell(data, State.FAILED, "studio: internal error: " + mistake);
      throw mistake;
    }
  }

  private synchronized void tell(String data, State state, String said) {
    Download download = downloads.get(data);
    if (download != null && download.state() == State.RUNNING) {
      downloads.put(data, new Download(download.thread(), state, said));
    }
  }

  /** Ends what runs; nothing of it is kept. */
  synchronized void cancel(String data) {
    Download download = downloads.get(data);
    if (download != null && download.state() == State.RUNNING) {
      tell(data, State.CANCELLED, "");
      download.thread().interrupt();
    }
  }

  /** State and last report. */
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
