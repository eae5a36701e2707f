/** The commands for the training and the use of a network. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command.use;
