/**
 * How good predictions are: {@link io.fovea.metrics.Evaluation} of a network on a data set, with
 * its confusion matrix, ranks, calibration and ROC AUC, and the warning that they are no better
 * than chance.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.metrics;
