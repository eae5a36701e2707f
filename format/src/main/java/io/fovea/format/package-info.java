/**
 * Models, checkpoints and network descriptions as files: {@link io.fovea.format.Models} first. What
 * is read may come from anybody: a damaged or hostile file ends in a {@link
 * io.fovea.format.FormatException}, and nothing is allocated because a file claims to need it.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.format;
