package io.fovea.cli.serve;

import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model in memory. The version that it belongs to uses it, and each request while it is answered;
 * when the last of them has closed it, its threads end. So a request that has begun is answered by
 * the model that it began with, whatever replaces it meanwhile.
 */
final class LoadedModel implements AutoCloseable {
  private final String name;
  private final String version;
  private final Classifier classifier;
  private final BatchingClassifier batching;
  private final AtomicInteger users = new AtomicInteger(1);

  LoadedModel(String name, int version, Classifier classifier, BatchingClassifier batching) {
    this.name = name;
    this.version = Integer.toString(version);
    this.classifier = classifier;
    this.batching = batching;
  }

  /** Takes it into use until {@link #close}; false if everybody has closed it already. */
  boolean use() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  String name() {
    return name;
  }

  String version() {
    return version;
  }

  /** The shape of one input. */
  Shape input() {
    return classifier.input();
  }

  List<String> labels() {
    return classifier.labels();
  }

  Preprocessing preprocessing() {
    return classifier.preprocessing();
  }

  /** The outputs, before any softmax, for inputs that are preprocessed already. */
  Tensor outputs(Tensor x) {
    return batching.outputs(x);
  }

  /** The answers that outputs mean. */
  List<Prediction> predictions(Tensor outputs) {
    return classifier.predictions(outputs);
  }

  /** Nobody waits for company any more. */
  void hurry() {
    batching.close();
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      batching.close();
      classifier.close();
    }
  }
}
