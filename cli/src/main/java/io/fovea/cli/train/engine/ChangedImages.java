package io.fovea.cli.train.engine;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.dataset.Dataset;
import java.util.HashMap;
import java.util.Map;

/** Training images with other labels for some: {@code --relabel}; those of {@code --leave-out}. */
final class ChangedImages {
  private ChangedImages() {}

  static Dataset of(Dataset train, Settings settings) {
    Map<Integer, Integer> labels = new HashMap<>();
    for (String change : settings.get(TrainFlags.RELABEL)) {
      int equals = change.lastIndexOf('=');
      if (equals < 1) {
        throw new UsageException("relabel", "expects FILE=CLASS, got \"%s\"".formatted(change));
      }
      String label = change.substring(equals + 1);
      if (!train.classes().contains(label)) {
        throw new UsageException(
            "relabel",
            "expects one of the classes %s, got \"%s\""
                .formatted(String.join(", ", train.classes()), label));
      }
      int index = index(train, "relabel", change.substring(0, equals));
      labels.put(index, train.classes().indexOf(label));
    }
    return labels.isEmpty() ? train : train.relabeled(labels);
  }

  static int[] leftOut(Dataset train, Settings settings) {
    return settings.get(TrainFlags.LEAVE_OUT).stream()
        .mapToInt(name -> index(train, "leave-out", name))
        .toArray();
  }

  /** The index of an image: its number, or the only one whose file ends so. */
  private static int index(Dataset train, String flag, String name) {
    if (name.matches("\\d{1,9}") && Integer.parseInt(name) < train.size()) {
      return Integer.parseInt(name);
    }
    int found = -1;
    for (int i = 0; i < train.size(); i++) {
      String origin = train.origin(i);
      if (origin.equals(name) || origin.endsWith("/" + name) || name.endsWith("/" + origin)) {
        if (found >= 0) {
          throw new UsageException(
              flag,
              "expects one image, got \"%s\", which is %s and %s; give more of its path"
                  .formatted(name, train.origin(found), origin));
        }
        found = i;
      }
    }
    if (found < 0) {
      throw new UsageException(
          flag,
          "expects a training image, its file or its number below %,d, got \"%s\"; images for testing and validation are none"
              .formatted(train.size(), name));
    }
    return found;
  }
}
