package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.picture.ImageEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The files of a set that cannot be used: all are reported at once, or the set is opened without
 * them.
 */
public final class BrokenFiles {
  /** The most lines of the report; further files are only counted. */
  private static final int MOST_LISTED = 20;

  private BrokenFiles() {}

  /**
   * Returns the files that can be used.
   *
   * @param reasons for each file why it cannot be used, or null
   * @throws DataException if some cannot be used and the options do not skip them, or a class has
   *     no usable file
   */
  static LabelledFiles sound(LabelledFiles files, DataException[] reasons, DataOptions options)
      throws DataException {
    List<DataException> broken = Arrays.stream(reasons).filter(each -> each != null).toList();
    if (broken.isEmpty()) {
      return files;
    }
    if (!options.skipBroken() && broken.size() == 1) {
      throw broken.getFirst();
    }
    report(broken, options);
    int total = files.entries().size();
    if (!options.skipBroken()) {
      throw new DataException(
          "images %s: %d of %d files cannot be used, the first because %s; repair or remove all of them, or go on without them"
              .formatted(files.name(), broken.size(), total, broken.getFirst().getMessage()),
          broken.getFirst(),
          DataException.Cure.SKIP_BROKEN);
    }
    List<ImageEntry> sound = new ArrayList<>();
    for (int i = 0; i < reasons.length; i++) {
      if (reasons[i] == null) {
        sound.add(files.entries().get(i));
      }
    }
    requireEveryClass(files, sound);
    options
        .reporter()
        .accept(
            "%s: %d of %d files cannot be used and are skipped"
                .formatted(files.name(), broken.size(), total));
    return new LabelledFiles(files.name(), files.classes(), sound);
  }

  static List<DataSplit.Skipped> skipped(LabelledFiles files, DataException[] reasons) {
    return IntStream.range(0, reasons.length)
        .filter(i -> reasons[i] != null)
        .mapToObj(
            i ->
                new DataSplit.Skipped(
                    files.entries().get(i).origin(), String.valueOf(reasons[i].getMessage())))
        .toList();
  }

  private static void report(List<DataException> broken, DataOptions options) {
    broken.stream()
        .limit(MOST_LISTED)
        .forEach(each -> options.reporter().accept(String.valueOf(each.getMessage())));
    if (broken.size() > MOST_LISTED) {
      options.reporter().accept("and %d more".formatted(broken.size() - MOST_LISTED));
    }
  }

  private static void requireEveryClass(LabelledFiles files, List<ImageEntry> sound)
      throws DataException {
    for (int label = 0; label < files.classes().size(); label++) {
      int wanted = label;
      boolean had = files.entries().stream().anyMatch(entry -> entry.labels().contains(wanted));
      if (had && sound.stream().noneMatch(entry -> entry.labels().contains(wanted))) {
        throw new DataException(
            "images %s: no file of class %s can be used; repair them, or remove the class"
                .formatted(files.name(), files.classes().get(label)));
      }
    }
  }
}
