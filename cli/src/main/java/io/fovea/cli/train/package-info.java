/**
 * Training from the command line: the options and what they mean, the session from the first line
 * to the report, and the listeners that write the run's files. {@code train} and {@code
 * spark-train} share all of it; an {@link io.fovea.cli.train.Engine} is what differs between them.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train;
