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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the batches of a training run, in the order of its steps. Images in memory are loaded by
 * the run's own workers when their step begins. Those of a slow data set are loaded into a second
 * batch by separate threads, while the step before is computed (decision 11). Both give the same
 * bits.
 */
final class BatchLoader implements AutoCloseable {
  private final Trainer settings;
  private final Dataset data;
  private final Workers workers;
  private final RandomKey key;
  private final int rank;
  private final int size;
  private final Batches[] batches;
  private final @Nullable ExecutorService ahead;
  private @Nullable Pending pending;
  private int turn;
  private int[] order = {};
  private int orderedEpoch;

  private record Pending(int epoch, int number, CompletableFuture<Batch> batch) {}

  boolean isMultiLabel() {
    return data.isMultiLabel();
  }

  BatchLoader(Trainer settings, Dataset data, Preprocessing preprocessing, Workers workers) {
    this.settings = settings;
    this.data = data;
    this.workers = workers;
    this.key = RandomKey.of(settings.seed);
    requireNoEmptyBatch();
    this.rank = settings.group == null ? 0 : settings.group.rank();
    this.size = settings.group == null ? 1 : settings.group.size();
    int largest = Math.min(settings.batchSize, data.size());
    // Mixing takes each image's partner too; a batch of this process's share needs no larger
    // buffers.
    largest = Math.min(largest, share(largest).count() * (settings.augmentation.mixes() ? 2 : 1));
    int threads = workers.threads();
    // Two buffers where loading takes long: the next batch is read while this one is computed.
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
    return (data.size() + settings.batchSize - 1) / settings.batchSize;
  }

  private void requireNoEmptyBatch() {
    int last = data.size() % settings.batchSize;
    int smallest = last == 0 ? settings.batchSize : last;
    if (settings.leftOut.length() > data.size() || settings.leftOut.cardinality() >= smallest) {
      throw new IllegalArgumentException(
          "train: expects images to leave out of %,d, fewer than the %d of the smallest batch, got %s; choose another batch size, or other images"
              .formatted(data.size(), smallest, settings.leftOut));
    }
  }

  int images(int epoch, int number) {
    return count(epoch, number * settings.batchSize);
  }

  int[] indices(int epoch, int number) {
    int from = number * settings.batchSize;
    return Arrays.copyOfRange(order(epoch), from, from + count(epoch, from));
  }

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
      int from = number * settings.batchSize;
      return batches[0].load(
          order(epoch),
          from,
          count(epoch, from),
          share(count(epoch, from)),
          Augmentation.key(settings.seed, epoch),
          workers);
    }
    Pending present = pending;
    if (present == null || present.epoch() != epoch || present.number() != number) {
      present = start(ahead, epoch, number);
    }
    pending = null;
    Batch batch = result(present.batch());
    // The next batch goes into the other buffer while this one is computed.
    if (number + 1 < batchesInEpoch()) {
      pending = start(ahead, epoch, number + 1);
    } else if (epoch < settings.epochs) {
      pending = start(ahead, epoch + 1, 0);
    }
    return batch;
  }

  private int count(int epoch, int from) {
    int count = Math.min(settings.batchSize, data.size() - from);
    if (!settings.leftOut.isEmpty()) {
      int[] all = order(epoch);
      // What is left out is at the batch's end (leftOutLast): the batch is shorter.
      while (settings.leftOut.get(all[from + count - 1])) {
        count--;
      }
    }
    return count;
  }

  /**
   * Starts loading: each thread takes the next image until none is left; the last thread makes the
   * mixtures.
   */
  private Pending start(ExecutorService threads, int epoch, int number) {
    turn = 1 - turn;
    Batches target = batches[turn];
    int from = number * settings.batchSize;
    int images = count(epoch, from);
    BatchShard share = share(images);
    int count =
        target.begin(order(epoch), from, images, share, Augmentation.key(settings.seed, epoch));
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
      if (settings.shuffle) {
        order = key.with("shuffle").with(epoch).permutation(data.size());
      } else {
        order = IntStream.range(0, data.size()).toArray();
      }
      if (!settings.leftOut.isEmpty()) {
        leftOutLast();
      }
    }
    return order;
  }

  /** Moves what is left out to the end of its batch, which does not load it. */
  private void leftOutLast() {
    for (int from = 0; from < order.length; from += settings.batchSize) {
      int to = Math.min(from + settings.batchSize, order.length);
      int[] batch = Arrays.copyOfRange(order, from, to);
      int at = from;
      for (int index : batch) {
        if (!settings.leftOut.get(index)) {
          order[at++] = index;
        }
      }
      for (int index : batch) {
        if (settings.leftOut.get(index)) {
          order[at++] = index;
        }
      }
    }
  }

  /** Waits until no thread reads the data set any more, and ends the threads. */
  @Override
  public void close() {
    if (ahead != null) {
      ahead.close();
    }
  }
}
