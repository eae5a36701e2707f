/**
 * The folder of a training run, for the programs that write and read one: the names of its files,
 * its lock ({@code FolderLock}), how it was started ({@code RunConfig}, config.json), and its steps
 * and epochs ({@code RunMetrics}, metrics.jsonl). No other code knows these names and keys. This
 * package is not exported to programs of users, who open a model of a run by {@code Models}.
 */
@NullMarked
package io.fovea.run;

import org.jspecify.annotations.NullMarked;
