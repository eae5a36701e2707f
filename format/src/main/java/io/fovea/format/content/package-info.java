/** What a file is, by its first bytes, and which files are read at all. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.content;
