/**
 * What commands print: the two output streams, tables, progress, JSON, and the messages of
 * failures. The options that decide about it, such as {@code --json} and {@code --plain}, are here
 * too. It depends on no other package of the command line.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.screen;
