package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The items of a partition with their predictions, in order: collects a batch, computes it, returns
 * its items, then the next. All batches share the memory of the inputs.
 *
 * @param <T> the type of items
 * @param <R> the type of results
 */
final class BatchedPredictions<T, R> implements Iterator<R> {
  /** The most floats of a batch's inputs with the default size: 8 MiB. */
  private static final int BATCH_FLOATS = 1 << 21;

  /**
   * The least items of a batch, if they fit, to share the cost of a call. Larger batches would not
   * stay in the core's L2 cache: with arrays of 3 KB, 256 were slower than 32 (bench/RESULTS.md).
   */
  private static final int ENOUGH = 32;

  /** Writes an item's inputs to x[offset ...]. */
  interface Input<T> {
    void read(T item, float[] x, int offset) throws InvalidInputException;
  }

  /** Keeps an item until its batch is returned, if items are reused. */
  interface Keeper<T> {
    /**
     * The item or a copy.
     *
     * @param place the item's index in its batch; the item kept there before has been returned
     */
    T keep(T item, int place);
  }

  /** An item and its prediction, or the reason why it has none. */
  interface Output<T, R> {
    R of(T item, @Nullable Prediction prediction, @Nullable String error);
  }

  private final Iterator<? extends T> items;
  private final Classifier classifier;
  private final Input<T> input;
  private final Keeper<T> keeper;
  private final Output<T, R> output;
  private final Invalid invalid;
  private final int batch;
  private final float[] x;

  private final List<T> gathered = new ArrayList<>();
  private final List<@Nullable String> errors = new ArrayList<>();
  private List<Prediction> predictions = List.of();
  private int position;
  private int answered;

  /**
   * @param batch the batch size, or 0 for the smallest efficient one
   */
  BatchedPredictions(
      Iterator<? extends T> items,
      Classifier classifier,
      int batch,
      Invalid invalid,
      Input<T> input,
      Keeper<T> keeper,
      Output<T, R> output) {
    this.items = items;
    this.classifier = classifier;
    this.input = input;
    this.keeper = keeper;
    this.output = output;
    this.invalid = invalid;
    int elements = classifier.input().elements();
    this.batch = batch > 0 ? batch : ownBatch(classifier.imagesAtOnce(), elements);
    this.x = new float[Math.multiplyExact(this.batch, elements)];
  }

  /** A multiple of the classifier's batch, if one fits. */
  static int ownBatch(int atOnce, int elements) {
    int wanted = (ENOUGH + atOnce - 1) / atOnce * atOnce;
    return Math.clamp(BATCH_FLOATS / elements, 1, wanted);
  }

  @Override
  public boolean hasNext() {
    if (position == gathered.size()) {
      compute(gather());
    }
    return position < gathered.size();
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all rows of the partition are scored");
    }
    int at = position++;
    String error = errors.get(at);
    return output.of(gathered.get(at), error == null ? predictions.get(answered++) : null, error);
  }

  /** Reads the next batch, and returns the number of items with inputs. */
  private int gather() {
    gathered.clear();
    errors.clear();
    int good = 0;
    while (gathered.size() < batch && items.hasNext()) {
      T item = items.next();
      try {
        input.read(item, x, good * classifier.input().elements());
        keep(item);
        errors.add(null);
        good++;
      } catch (InvalidInputException bad) {
        if (invalid == Invalid.ERROR) {
          throw new IllegalArgumentException(
              "%s (handleInvalid \"skip\" leaves such rows out, \"keep\" keeps them without a prediction)"
                  .formatted(bad.getMessage()),
              bad);
        }
        if (invalid == Invalid.KEEP) {
          keep(item);
          errors.add(bad.getMessage());
        }
      }
    }
    return good;
  }

  private void keep(T item) {
    gathered.add(keeper.keep(item, gathered.size()));
  }

  private void compute(int good) {
    position = 0;
    answered = 0;
    predictions =
        good == 0 ? List.of() : classifier.probabilities(Tensor.on(x, 0, classifier.input(), good));
  }
}
