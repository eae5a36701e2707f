/**
 * Models, checkpoints and network descriptions as files; start with {@link io.fovea.format.Models}.
 * Files are untrusted data: a damaged or hostile one ends in a {@link
 * io.fovea.format.FormatException}, and no memory is allocated only because a file states a size.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.format;
