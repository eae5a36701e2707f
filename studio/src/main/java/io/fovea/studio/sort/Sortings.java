package io.fovea.studio.sort;

import io.fovea.http.HttpError;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.PhotoSorter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The folders that are being sorted. Each is opened, and looked at, by a thread of its own, so that
 * labelling begins with the first photos. Journals lie beside the folder of runs.
 */
public final class Sortings implements AutoCloseable {
  /** A features file takes far less; a download of weights is not waited for. */
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  /** The most open folders; the one used least recently is closed for another. */
  private static final int MOST = 3;

  private static final System.Logger LOG = System.getLogger(Sortings.class.getName());

  private final Path journals;
  private final Callable<Backbone> weights;
  private final Map<String, Sorting> open = new LinkedHashMap<>(8, 0.75f, true);

  /**
   * None yet.
   *
   * @param weights gives the pretrained network; it may have to be downloaded
   */
  public Sortings(Path runs, Callable<Backbone> weights) {
    this.journals = runs.toAbsolutePath().resolve(".studio").resolve("sort");
    this.weights = weights;
  }

  /** A folder that is opened, or open. */
  final class Sorting {
    private final Path photos;
    private final Path journal;
    private volatile @Nullable PhotoSorter sorter;
    private volatile boolean isClosed;
    private volatile int looked;
    private final AtomicInteger readers = new AtomicInteger(1); // run()
    private volatile String failure = "";
    private final Thread reading =
        Thread.ofPlatform().daemon().name("fovea-studio-sort").unstarted(this::run);

    private Sorting(Path photos, Path journal) {
      this.photos = photos;
      this.journal = journal;
    }

    private void run() {
      try {
        PhotoSorter opened = PhotoSorter.open(weights.call(), photos, journal, List.of());
        sorter = opened;
        if (isClosed) {
          close();
          return;
        }
        opened.computeFeatures(done -> looked = done);
      } catch (IOException refused) {
        failure = String.valueOf(refused.getMessage());
      } catch (Exception | OutOfMemoryError mistake) {
        LOG.log(System.Logger.Level.ERROR, "studio: a folder cannot be sorted", mistake);
        failure =
            "sort: the photos cannot be looked at (%s); see the studio's log".formatted(mistake);
      } finally {
        readers.decrementAndGet();
      }
    }

    /** Writes the data set; {@link #release} refuses meanwhile. */
    void writeTo(Path folder) throws IOException {
      readers.incrementAndGet();
      try {
        sorter().writeTo(folder);
      } finally {
        readers.decrementAndGet();
      }
    }

    Path photos() {
      return photos;
    }

    /** The number of photos whose features are known, or that are broken. */
    int looked() {
      return looked;
    }

    /** Why it could not be opened, or features not be kept; empty while all is well. */
    String failure() {
      return failure;
    }

    boolean isOpen() {
      return sorter != null;
    }

    PhotoSorter sorter() {
      PhotoSorter own = sorter;
      if (own == null) {
        throw new HttpError(409, "sort: the folder is not open yet; open it, and wait");
      }
      return own;
    }

    private void close() {
      isClosed = true;
      PhotoSorter own = sorter;
      try {
        if (own != null) {
          own.close();
        }
      } catch (IOException failure) {
        LOG.log(System.Logger.Level.WARNING, String.valueOf(failure.getMessage()));
      }
    }
  }

  /** By the path, not by the name of this start; photos sent after a deletion have another one. */
  private Path journal(Path photos) throws IOException {
    boolean isSent = photos.startsWith(journals.resolveSibling("data"));
    Object made = isSent ? Files.getAttribute(photos, "creationTime") : "";
    byte[] key = (photos.toString() + made).getBytes(StandardCharsets.UTF_8);
    String name = String.valueOf(photos.getFileName()).replaceAll("[^A-Za-z0-9._-]+", "-");
    return journals.resolve("%s-%s.jsonl".formatted(name, UUID.nameUUIDFromBytes(key)));
  }

  /**
   * A folder, which is opened if it is not open yet. One that cannot be opened is returned once
   * with its failure; the next request tries again.
   */
  synchronized Sorting open(String name, Path photos) throws IOException {
    Path journal = journal(photos);
    Sorting known = open.get(name);
    if (known != null && known.journal.equals(journal)) {
      if (!known.isOpen() && !known.failure.isEmpty()) {
        open.remove(name);
      }
      return known;
    }
    if (known != null) {
      known.close();
    }
    Sorting opening = new Sorting(photos, journal);
    open.put(name, opening);
    if (open.size() > MOST) {
      String eldest = open.keySet().iterator().next();
      List.of(open.remove(eldest)).forEach(Sorting::close);
    }
    opening.reading.start();
    return opening;
  }

  /**
   * A folder that is open.
   *
   * @throws HttpError 409 if it is not
   */
  synchronized Sorting known(String name) {
    Sorting known = open.get(name);
    if (known == null) {
      throw new HttpError(409, "sort: the folder is not open; open it again");
    }
    return known;
  }

  /**
   * Closes a folder that is to be deleted, and deletes its journal and features.
   *
   * @throws HttpError 409 while its photos are read
   */
  public synchronized void release(String name, Path photos) throws IOException {
    Sorting known = open.get(name);
    if (known != null && known.readers.get() > 0) {
      throw new HttpError(
          409,
          "data: %s is being sorted; wait until its photos are looked at or copied"
              .formatted(name));
    }
    if (known != null) {
      known.close();
      open.remove(name);
    }
    Path journal = journal(photos);
    Files.deleteIfExists(journal);
    Files.deleteIfExists(journal.resolveSibling(journal.getFileName() + ".features"));
  }

  /** Closes all folders, and waits a moment for what is still being written of them. */
  @Override
  public synchronized void close() {
    List<Sorting> all = List.copyOf(open.values());
    all.forEach(Sorting::close);
    open.clear();
    try {
      for (Sorting sorting : all) {
        sorting.reading.join(LAST_WRITES);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
