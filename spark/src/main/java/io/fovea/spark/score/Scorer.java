package io.fovea.spark.score;

import io.fovea.dataset.Image;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.SparkContext;
import scala.reflect.ClassTag$;

/**
 * Scoring as a function over the items of a partition, for programs with pictures in their own
 * objects:
 *
 * <pre>{@code
 * Scorer scorer = Scorer.of(spark.sparkContext(), network);
 * JavaRDD<String> names =
 *     photos.mapPartitions(
 *         part -> scorer.score(part, photo -> Images.read(photo.bytes(), photo.name()), (photo, answer) -> answer.label()));
 * }</pre>
 *
 * <p>The model is broadcast once; tasks on an executor share its weights; each computes in batches
 * on its own thread. The predictions are those of {@link io.fovea.inference.Classifier}.
 */
public final class Scorer implements Serializable {
  private static final long serialVersionUID = 1;

  private final ModelOnExecutors model;

  private Scorer(ModelOnExecutors model) {
    this.model = model;
  }

  /**
   * A scorer with a copy of a network, for the executors of a context.
   *
   * @throws IllegalArgumentException if it has user-defined layers, which executors lack
   */
  public static Scorer of(SparkContext context, Network network) {
    ModelBytes bytes = ModelBytes.of(network);
    bytes.network("of this program", warning -> {});
    return new Scorer(
        new ModelOnExecutors(
            bytes.digest(),
            context.broadcast(bytes.bytes(), ClassTag$.MODULE$.apply(byte[].class))));
  }

  /** The picture of an item. */
  @FunctionalInterface
  public interface Picture<T> {
    Image of(T item) throws IOException;
  }

  /** Makes a result of an item and its prediction. */
  @FunctionalInterface
  public interface Result<T, R> {
    R of(T item, Prediction answer);
  }

  /**
   * The items of a partition with their predictions, in order. Call it in a task, once for each
   * partition; items are read in batches, lazily.
   *
   * @throws IllegalArgumentException from the iterator if an item's picture cannot be read
   */
  public <T, R> Iterator<R> score(Iterator<T> items, Picture<T> picture, Result<T, R> result) {
    io.fovea.inference.Classifier classifier = model.borrowForTask();
    return new BatchedPredictions<T, R>(
        items,
        classifier,
        0,
        Invalid.ERROR,
        (item, x, offset) ->
            classifier.preprocessing().inputs(image(item, picture), classifier.input(), x, offset),
        (item, place) -> item,
        (item, prediction, error) -> result.of(item, java.util.Objects.requireNonNull(prediction)));
  }

  private static <T> Image image(T item, Picture<T> picture) {
    try {
      return picture.of(item);
    } catch (IOException failure) {
      throw new IllegalArgumentException("Scorer: " + failure.getMessage(), failure);
    }
  }
}
