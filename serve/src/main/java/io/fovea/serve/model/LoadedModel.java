package io.fovea.serve.model;

import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model in memory, with a reference count. Its version holds a reference, and so does each
 * request while it is handled; the model's threads end when the last one is closed. So a request
 * finishes with the model that it started with, even if that is replaced.
 */
public final class LoadedModel implements AutoCloseable {
  private final String name;
  private final String version;
  private final Classifier classifier;
  private final BatchingClassifier batching;
  private final AtomicInteger users = new AtomicInteger(1);

  public LoadedModel(String name, int version, Classifier classifier, BatchingClassifier batching) {
    this.name = name;
    this.version = Integer.toString(version);
    this.classifier = classifier;
    this.batching = batching;
  }

  /** Adds a reference until {@link #close}; false if the model is already closed. */
  public boolean use() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  public String name() {
    return name;
  }

  public String version() {
    return version;
  }

  public Shape input() {
    return classifier.input();
  }

  public List<String> labels() {
    return classifier.labels();
  }

  public Preprocessing preprocessing() {
    return classifier.preprocessing();
  }

  /** The predictions for preprocessed inputs, with the classes that each can be. */
  public List<Prediction> answers(Tensor x) {
    return batching.probabilities(x);
  }

  /** The outputs, before any softmax, for preprocessed inputs. */
  public Tensor outputs(Tensor x) {
    return batching.outputs(x);
  }

  public List<Prediction> predictions(Tensor outputs) {
    return classifier.predictions(outputs);
  }

  /** Starts waiting batches at once. */
  public void hurry() {
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
