/** The commands of fovea and what they share: flags, the screen, the run folder. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli;
