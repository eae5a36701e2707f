/** Predictions over HTTP: {@code fovea serve}. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.serve;
