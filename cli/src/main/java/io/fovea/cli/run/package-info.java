/**
 * The run folder as flags name it ({@code RunFolders}), and how a model is opened from it. The
 * folder's files are those of {@code io.fovea.run}; this package does not depend on training.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.run;
