/** What several commands have in common: arguments, output files. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command.base;
