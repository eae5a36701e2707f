/**
 * The output of commands: the two streams, tables, progress, JSON, and the messages of failures.
 * Also the options that control it, such as {@code --json} and {@code --plain}. This package
 * depends on no other package of the command line.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.screen;
