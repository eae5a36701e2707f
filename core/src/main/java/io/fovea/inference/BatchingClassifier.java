package io.fovea.inference;

import io.fovea.dataset.Image;
import io.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Classifier} for many callers with an image each: images that arrive close together are
 * computed as one batch, which takes less time than one after the other, to the same bits. Safe for
 * use by any number of threads, virtual ones too.
 *
 * <p>It has no thread of its own. The first caller of a batch leads it: it waits until the batch is
 * full, the delay has passed or the others are told not to wait, then for its turn to compute,
 * while more may still join, and answers all. So an image waits at most the delay longer than it
 * would have alone, and with a delay of zero not at all where the processors are idle.
 *
 * <p>Nobody waits for ever: where computing a batch fails, each of its callers asks for its own
 * image alone, and only the one whose image it was sees the failure.
 */
public final class BatchingClassifier implements AutoCloseable {
  private final Classifier classifier;
  private final int maxBatch;
  private final long maxDelay; // nanoseconds
  private final IntConsumer onBatch;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Batch open; // guarded by the lock: the batch that still takes images
  private boolean closed; // guarded by the lock

  BatchingClassifier(Classifier classifier, int maxBatch, Duration maxDelay, IntConsumer onBatch) {
    this.classifier = classifier;
    this.maxBatch = maxBatch;
    this.maxDelay = maxDelay.toNanos();
    this.onBatch = onBatch;
  }

  /** Images that are computed together. */
  private static final class Batch {
    private final List<Tensor> images = new ArrayList<>();
    private final Condition begin;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable Tensor outputs; // written before done; none after a failure

    Batch(Condition begin) {
      this.begin = begin;
    }

    /** All images behind one another; nobody joins any more. */
    Tensor inputs() {
      Tensor first = images.getFirst();
      if (images.size() == 1) {
        return first;
      }
      Tensor x = Tensor.zeros(first.shape(), images.size());
      int elements = first.elements();
      for (int n = 0; n < images.size(); n++) {
        Tensor image = images.get(n);
        System.arraycopy(image.array(), image.offset(), x.array(), n * elements, elements);
      }
      return x;
    }
  }

  /**
   * The answer for one picture of any size, as {@link Classifier#classify(Image)} gives it.
   *
   * @throws CancellationException if this thread is interrupted while another one computes for it;
   *     the interrupt status stays set. A thread that computes for others finishes that first.
   */
  public Prediction classify(Image image) {
    return classifier.predictions(answer(classifier.inputs(List.of(image)))).getFirst();
  }

  /**
   * The answers for inputs that are preprocessed already; several in one call are a batch already.
   *
   * @throws IllegalArgumentException if x has not the network's input shape
   * @throws CancellationException as {@link #classify}
   */
  public List<Prediction> probabilities(Tensor x) {
    return classifier.predictions(outputs(x));
  }

  /**
   * The network's outputs, before any softmax, as {@link Classifier#outputs(Tensor)} gives them.
   *
   * @throws IllegalArgumentException if x has not the network's input shape
   * @throws CancellationException as {@link #classify}
   */
  public Tensor outputs(Tensor x) {
    classifier.requireFit(x);
    return x.count() == 1 ? answer(x) : classifier.outputs(x);
  }

  private Tensor answer(Tensor x) {
    Batch batch = null;
    int place = 0;
    lock.lock();
    try {
      if (!closed) {
        batch = open != null ? open : new Batch(lock.newCondition());
        place = batch.images.size();
        batch.images.add(x);
        open = batch;
        if (place + 1 == maxBatch) {
          open = null;
          batch.begin.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    if (batch != null) {
      if (place == 0) {
        lead(batch);
      } else {
        follow(batch);
      }
      Tensor outputs = batch.outputs;
      if (outputs != null) {
        return outputs.slice(place, 1);
      }
    }
    return classifier.outputs(x);
  }

  /** Answers everybody in a batch, whatever happens to this thread. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on yield; without it batches are small
  private void lead(Batch batch) {
    if (Thread.currentThread().isVirtual()) {
      // Virtual callers that are ready to run stand in their scheduler's queue, since no carrier is
      // free while one computes: they are let past, and join.
      Thread.yield();
    }
    boolean interrupted = awaitCompany(batch);
    try {
      batch.outputs =
          classifier.outputs(
              () -> {
                begin(batch);
                return batch.inputs();
              });
    } catch (RuntimeException | Error failed) {
      batch.outputs = null; // each caller asks alone now, this one too, and meets its own
    } finally {
      begin(batch); // also where it never came to that
      batch.done.countDown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    onBatch.accept(batch.images.size());
  }

  /** Waits until a batch need not wait any longer; true if that is for an interrupt. */
  private boolean awaitCompany(Batch batch) {
    lock.lock();
    try {
      long left = maxDelay;
      while (open == batch && !closed && left > 0) {
        left = batch.begin.awaitNanos(left);
      }
      return false;
    } catch (InterruptedException impatient) {
      return true; // those who have joined are answered first
    } finally {
      lock.unlock();
    }
  }

  /** From now on nobody joins a batch. */
  private void begin(Batch batch) {
    lock.lock();
    try {
      if (open == batch) {
        open = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private static void follow(Batch batch) {
    try {
      batch.done.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "classify: interrupted while waiting for the image's batch; ask again for its answer");
    }
  }

  /** The names of the classes. */
  public List<String> labels() {
    return classifier.labels();
  }

  /**
   * Lets nobody wait for company any more; optional. Images that wait are computed at once, later
   * ones alone. The classifier behind stays open.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (open != null) {
        open.begin.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
