package io.fovea.data.source;

import io.fovea.data.picture.ImageEntry;
import java.util.List;

/**
 * The image files of one part of a data set, in their order.
 *
 * @param name what the part is called
 * @param classes the names of the classes
 * @param entries the files
 */
public record LabelledFiles(String name, List<String> classes, List<ImageEntry> entries) {
  public LabelledFiles {
    classes = List.copyOf(classes);
    entries = List.copyOf(entries);
  }

  /** Whether a file has several classes or none. */
  boolean isMultiLabel() {
    return entries.stream().anyMatch(entry -> entry.labels().size() != 1);
  }
}
