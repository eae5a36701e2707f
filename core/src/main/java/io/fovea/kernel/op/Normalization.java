package io.fovea.kernel.op;

/**
 * The numbers of a batch normalisation: y = gamma[c] * (x - mean[c]) * s[c] + beta[c].
 *
 * @param moments mean and variance of each channel
 * @param gamma the scale, (C)
 * @param beta the shift, (C)
 */
@SuppressWarnings("ArrayRecordComponent") // views of the weights, never compared
public record Normalization(Moments moments, float[] gamma, float[] beta) {}
