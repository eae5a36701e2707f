/**
 * The commands, a class each, and {@link io.fovea.cli.command.FoveaCommand}, which finds and runs
 * the one that is asked for. A command reads its options and calls the other packages; no other
 * package but the entry point knows the commands.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command;
