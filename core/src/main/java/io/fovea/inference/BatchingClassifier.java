package io.fovea.inference;

import io.fovea.dataset.Image;
import io.fovea.preprocessing.Preprocessing.Fitted;
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
 * A {@link Classifier} for many concurrent callers with one image each: images that arrive close
 * together are computed as one batch, which takes less time than single images, to the same bits.
 * Safe for use by any number of threads, virtual ones too.
 *
 * <p>It has no thread of its own. The first caller of a batch leads it: it waits until the batch is
 * full, the delay has passed or the classifier is closed, then for a permit to compute, while more
 * images may still join, and computes the predictions of all. So an image waits at most the delay
 * longer than without batching, and with a delay of zero not at all while processors are idle.
 *
 * <p>If computing a batch fails, each of its callers computes its own image, so that only the
 * caller whose image is the cause gets the exception.
 */
public final class BatchingClassifier implements AutoCloseable {
  private final Classifier classifier;
  private final int maxBatch;
  private final long maxDelay; // nanoseconds
  private final IntConsumer onBatch;
  private final ReentrantLock lock;
  private @Nullable Batch open; // guarded by the lock: the batch that still takes images
  private boolean closed; // guarded by the lock

  BatchingClassifier(Classifier classifier, int maxBatch, Duration maxDelay, IntConsumer onBatch) {
    this(classifier, maxBatch, maxDelay, onBatch, new ReentrantLock());
  }

  /** As above, with a lock whose waits a test lets fail. */
  BatchingClassifier(
      Classifier classifier,
      int maxBatch,
      Duration maxDelay,
      IntConsumer onBatch,
      ReentrantLock lock) {
    this.classifier = classifier;
    this.maxBatch = maxBatch;
    this.maxDelay = maxDelay.toNanos();
    this.onBatch = onBatch;
    this.lock = lock;
  }

  private static final class Batch {
    private final List<Tensor> images = new ArrayList<>();
    private final Condition begin;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable Tensor outputs; // written before done; none after a failure

    Batch(Condition begin) {
      this.begin = begin;
    }

    /** The inputs of all images; closes the batch to further ones. */
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
   * The prediction for one picture of any size, as of {@link Classifier#classify(Image)}.
   *
   * @throws CancellationException if this thread is interrupted while another one computes its
   *     batch; the interrupt status stays set. A thread that leads a batch finishes it first.
   */
  public Prediction classify(Image image) {
    List<Fitted> one = classifier.fitted(List.of(image));
    return Classifier.doubted(classifier.predictions(infer(classifier.inputs(one))), one)
        .getFirst();
  }

  /**
   * The predictions for preprocessed inputs; several images in one call are computed as a batch of
   * their own.
   *
   * @throws IllegalArgumentException if x has not the network's input shape, or is not finite
   * @throws CancellationException as {@link #classify}
   */
  public List<Prediction> probabilities(Tensor x) {
    return classifier.predictions(values(x));
  }

  /**
   * The network's outputs, before any softmax, as of {@link Classifier#outputs(Tensor)}.
   *
   * @throws IllegalArgumentException if x has not the network's input shape, or is not finite
   * @throws CancellationException as {@link #classify}
   */
  public Tensor outputs(Tensor x) {
    return classifier.logits(values(x));
  }

  private Tensor values(Tensor x) {
    classifier.requireFit(x);
    return x.count() == 1 ? infer(x) : classifier.values(x);
  }

  private Tensor infer(Tensor x) {
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
    return classifier.values(x);
  }

  /**
   * Computes a batch and completes it, also if this thread is interrupted, or if the computation or
   * the wait before it fails: where the heap is full, a virtual thread can neither yield nor wait.
   */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on yield; without it batches are small
  private void lead(Batch batch) {
    boolean interrupted = false;
    try {
      if (Thread.currentThread().isVirtual()) {
        // Virtual threads that are ready to run wait in their scheduler's queue, since no carrier
        // is free while one computes: yielding lets them join.
        Thread.yield();
      }
      interrupted = awaitCompany(batch);
      batch.outputs =
          classifier.values(
              () -> {
                begin(batch);
                return batch.inputs();
              });
    } catch (RuntimeException | Error failed) {
      batch.outputs = null; // each caller computes its own image now, this one too
    } finally {
      try {
        begin(batch); // also after a failure before that
      } finally {
        batch.done.countDown();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    onBatch.accept(batch.images.size());
  }

  /** Waits until a batch is to be computed; true if this thread was interrupted. */
  private boolean awaitCompany(Batch batch) {
    lock.lock();
    try {
      long left = maxDelay;
      while (open == batch && !closed && left > 0) {
        left = batch.begin.awaitNanos(left);
      }
      return false;
    } catch (InterruptedException impatient) {
      return true; // the images that have joined are computed first
    } finally {
      lock.unlock();
    }
  }

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
          "classify: interrupted while waiting for the image's batch; call again for its prediction");
    }
  }

  /** The names of the classes. */
  public List<String> labels() {
    return classifier.labels();
  }

  /**
   * Ends batching; optional. Waiting images are computed at once, later ones one by one. The
   * underlying classifier stays open.
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
