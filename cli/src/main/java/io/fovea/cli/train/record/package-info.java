/** The listeners that write a run's files: metrics, events, checkpoints and models. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train.record;
