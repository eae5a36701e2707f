/**
 * The commands, one class each, and {@link io.fovea.cli.command.FoveaCommand}, which finds and runs
 * the requested one. A command reads its options and calls the other packages; only the entry point
 * depends on this package.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command;
