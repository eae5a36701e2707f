package io.fovea.dataset;

import io.fovea.tensor.Tensor;

/**
 * Some images of a data set, ready for the network: scaled inputs and their targets. The arrays are
 * reused from batch to batch; copy them to keep them.
 *
 * @param x the inputs (N, C, H, W), after preprocessing
 * @param targets the targets of the outputs: not a copy
 */
public record Batch(Tensor x, Targets targets) {}
