/**
 * {@link io.fovea.cli.command.FoveaCommand} finds and runs the requested command; {@code Verb} has
 * all of them. Each group of commands is a package below this one, and {@code base} is what several
 * of them have in common.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command;
