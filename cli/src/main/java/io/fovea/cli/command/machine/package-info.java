/** The commands on this machine, and on several. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command.machine;
