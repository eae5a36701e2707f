package io.fovea.train;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.random.RandomKey;
import io.fovea.train.step.BatchShard;
import io.fovea.train.step.Batches;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Loads the batches of a training run, in the order of its steps. Images in memory are loaded by
 * the run's own workers when their step begins. Those of a slow data set are loaded into a second
 * batch by separate threads, while the step before is computed (docs/decisions/0011). Both give the
 * same bits.
 */
final class BatchLoader implements AutoCloseable {
  private final Dataset data;
  private final Workers workers;
  private final RandomKey key;
  private final long seed;
  private final boolean shuffle;
  private final int epochs;
  private final int batchSize;
  private final int rank;
  private final int size;
  private final Batches[] batches;
  private final @Nullable ExecutorService ahead;
  private @Nullable Pending pending;
  private int turn;
  private int[] order = {};
  private int orderedEpoch;

  /** A batch that is being loaded. */
  private record Pending(int epoch, int number, CompletableFuture<Batch> batch) {}

  /** Whether images have several labels. */
  boolean isMultiLabel() {
    return data.isMultiLabel();
  }

  BatchLoader(Trainer settings, Dataset data, Preprocessing preprocessing, Workers workers) {
    this.data = data;
    this.workers = workers;
    this.seed = settings.seed;
    this.key = RandomKey.of(seed);
    this.shuffle = settings.shuffle;
    this.epochs = settings.epochs;
    this.batchSize = settings.batchSize;
    this.rank = settings.group == null ? 0 : settings.group.rank();
    this.size = settings.group == null ? 1 : settings.group.size();
    int largest = Math.min(batchSize, data.size());
    largest = Math.min(largest, share(largest).count() * (settings.augmentation.mixes() ? 2 : 1));
    int threads = workers.threads();
    boolean isAhead = data.isSlow() && threads > 1;
    this.batches = new Batches[isAhead ? 2 : 1];
    Augmentation augmentation = settings.augmentation;
    int most = largest;
    if (augmentation.text().equals(Augmentation.none().text())) {
      Arrays.setAll(batches, i -> new Batches(data, preprocessing, most));
    } else {
      float[] background = Preprocessing.backgroundColour(data);
      Arrays.setAll(
          batches, i -> new Batches(data, preprocessing, most, augmentation, background, threads));
    }
    this.ahead =
        isAhead
            ? Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("fovea-loader-", 1).factory())
            : null;
  }

  int batchesInEpoch() {
    return (data.size() + batchSize - 1) / batchSize;
  }

  /** The number of images in a batch of an epoch, over all workers. */
  int images(int number) {
    return count(number * batchSize);
  }

  /** This worker's share of a batch of {@code count} images. */
  BatchShard share(int count) {
    return BatchShard.of(count, rank, size);
  }

  /**
   * One batch of an epoch, or this worker's share of it.
   *
   * @param epoch from 1
   * @param number in the epoch, from 0
   */
  Batch batch(int epoch, int number) {
    if (ahead == null) {
      int from = number * batchSize;
      return batches[0].load(
          order(epoch),
          from,
          count(from),
          share(count(from)),
          Augmentation.key(seed, epoch),
          workers);
    }
    Pending present = pending;
    if (present == null || present.epoch() != epoch || present.number() != number) {
      present = start(ahead, epoch, number);
    }
    pending = null;
    Batch batch = result(present.batch());
    if (number + 1 < batchesInEpoch()) {
      pending = start(ahead, epoch, number + 1);
    } else if (epoch < epochs) {
      pending = start(ahead, epoch + 1, 0);
    }
    return batch;
  }

  private int count(int from) {
    return Math.min(batchSize, data.size() - from);
  }

  /**
   * Starts loading: each thread takes the next image until none is left; the last thread makes the
   * mixtures.
   */
  private Pending start(ExecutorService threads, int epoch, int number) {
    turn = 1 - turn;
    Batches target = batches[turn];
    int from = number * batchSize;
    BatchShard share = share(count(from));
    int count = target.begin(order(epoch), from, count(from), share, Augmentation.key(seed, epoch));
    AtomicInteger next = new AtomicInteger();
    CompletableFuture<?>[] parts = new CompletableFuture<?>[Math.min(workers.threads(), count)];
    for (int i = 0; i < parts.length; i++) {
      int worker = i;
      parts[i] = CompletableFuture.runAsync(() -> images(target, worker, next, count), threads);
    }
    return new Pending(
        epoch, number, CompletableFuture.allOf(parts).thenApply(done -> target.end()));
  }

  private static void images(Batches target, int worker, AtomicInteger next, int count) {
    try {
      for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
        target.image(n, worker);
      }
    } catch (Throwable thrown) {
      next.set(count); // the other threads stop
      throw thrown;
    }
  }

  /** The batch, or the exception of the data set. */
  private static Batch result(CompletableFuture<Batch> batch) {
    try {
      return batch.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw failed;
    }
  }

  private int[] order(int epoch) {
    if (orderedEpoch != epoch) {
      orderedEpoch = epoch;
      if (shuffle) {
        order = key.with("shuffle").with(epoch).permutation(data.size());
      } else {
        order = new int[data.size()];
        Arrays.setAll(order, i -> i);
      }
    }
    return order;
  }

  /** Waits until no thread reads the data set any more, and ends the threads. */
  @Override
  public void close() {
    if (ahead != null) {
      ahead.close();
    }
  }
}
