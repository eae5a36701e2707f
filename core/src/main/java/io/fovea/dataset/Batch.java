package io.fovea.dataset;

import io.fovea.tensor.Tensor;

/**
 * Some images of a data set, ready for the network: scaled inputs and what the network shall
 * answer. The arrays are reused from batch to batch; who wants to keep them copies.
 *
 * @param x the inputs (N, C, H, W), after preprocessing
 * @param targets what the network shall answer: not a copy
 */
public record Batch(Tensor x, Targets targets) {}
