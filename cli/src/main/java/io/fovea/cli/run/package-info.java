/**
 * The run folder: its files, its configuration and its lock, and how a model is opened from it.
 * This package depends on file formats, not on training.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.run;
