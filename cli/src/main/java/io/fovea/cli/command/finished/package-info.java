/** The commands on finished runs. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command.finished;
