package io.fovea.data.picture;

import java.nio.file.Path;

/**
 * One image file of a data set.
 *
 * @param file its path
 * @param origin its name in messages and reports: the path within the data set
 * @param label its class, an index into the set's classes
 * @param group the name of its group; empty if it is in none
 */
public record ImageEntry(Path file, String origin, int label, String group) {
  /** A file of no group. */
  public ImageEntry(Path file, String origin, int label) {
    this(file, origin, label, "");
  }
}
