package io.fovea.data.source;

import io.fovea.data.base.DataOptions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The groups of image files, by {@link DataOptions#groupBy}. */
final class GroupNames {
  private GroupNames() {}

  /**
   * The group of a file; empty if it has none.
   *
   * @param origin its path in the data set, with slashes
   * @param above the folder of a path that makes no group, such as the class folder
   */
  static String of(DataOptions options, String origin, String above) {
    String by = options.groupBy().orElse("");
    if (by.isEmpty()) {
      return "";
    }
    if (by.equals(DataOptions.FOLDER)) {
      String folder = origin.substring(0, Math.max(0, origin.lastIndexOf('/')));
      return folder.equals(above) ? "" : folder;
    }
    Matcher found = Pattern.compile(by).matcher(origin);
    if (!found.find()) {
      return "";
    }
    String group = found.groupCount() > 0 ? found.group(1) : found.group();
    return group == null ? "" : group;
  }
}
