/**
 * The entry point of the command line. {@link io.fovea.cli.Fovea} starts it, as a process or inside
 * another program; the commands are in {@code io.fovea.cli.command}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli;
