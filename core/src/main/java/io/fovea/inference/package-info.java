/**
 * Inference: {@link io.fovea.inference.Classifier} computes predictions for images, from a snapshot
 * of a network.
 *
 * <p>A {@link io.fovea.inference.BatchingClassifier} gathers the images of callers that come close
 * together; the first caller of a batch computes it for all. A {@link
 * io.fovea.inference.Classifier} fits and scales images by the model's {@code Preprocessing}.
 * {@code WorkspacePool} lets a lone call use all threads, gives concurrent calls one thread each,
 * and queues further calls. {@code PassSizes} says how many images a pass takes at once.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.inference;
