/**
 * Inference: {@link io.fovea.inference.Classifier} computes predictions for images, from a snapshot
 * of a network.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.inference;
