package io.fovea.data.picture;

import java.nio.file.Path;
import java.util.List;

/**
 * One image file of a data set.
 *
 * @param file its path
 * @param origin its name in messages and reports: the path within the data set
 * @param labels its classes, indices into the set's classes; one unless classes do not exclude each
 *     other
 * @param group the name of its group; empty if it is in none
 * @param place the line of the list that names it, for messages; empty for a file of a folder
 */
public record ImageEntry(
    Path file, String origin, List<Integer> labels, String group, String place) {
  public ImageEntry {
    labels = List.copyOf(labels);
  }

  public ImageEntry(Path file, String origin, int label, String group) {
    this(file, origin, List.of(label), group, "");
  }

  /** The first class; 0 for a file of none. */
  public int label() {
    return labels.isEmpty() ? 0 : labels.getFirst();
  }
}
