/**
 * The run folder: its files, its configuration and its lock, and how a model is opened from it. It
 * knows file formats and nothing of how a run is trained.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.run;
