package io.fovea.cli.train.engine;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Training images with other labels for some: {@code --relabel}; those of {@code --leave-out}. */
record ChangedImages(Dataset images, Map<Integer, Integer> labels) implements Dataset {
  /** The training images with the labels of the settings. */
  static Dataset of(Dataset train, Settings settings) {
    Map<Integer, Integer> labels = new HashMap<>();
    for (String change : settings.get(TrainFlags.RELABEL)) {
      int equals = change.lastIndexOf('=');
      if (equals < 1) {
        throw new UsageException("--relabel: expects FILE=CLASS, got \"%s\"".formatted(change));
      }
      String label = change.substring(equals + 1);
      if (!train.classes().contains(label)) {
        throw new UsageException(
            "--relabel: expects one of the classes %s, got \"%s\""
                .formatted(String.join(", ", train.classes()), label));
      }
      int index = index(train, "--relabel", change.substring(0, equals));
      labels.put(index, train.classes().indexOf(label));
    }
    return labels.isEmpty() ? train : new ChangedImages(train, Map.copyOf(labels));
  }

  /** The indices of the images that the settings leave out. */
  static int[] leftOut(Dataset train, Settings settings) {
    return settings.get(TrainFlags.LEAVE_OUT).stream()
        .mapToInt(name -> index(train, "--leave-out", name))
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
              "%s: expects one image, got \"%s\", which is %s and %s; give more of its path"
                  .formatted(flag, name, train.origin(found), origin));
        }
        found = i;
      }
    }
    if (found < 0) {
      throw new UsageException(
          "%s: expects a training image, its file or its number below %,d, got \"%s\"; images for testing and validation are none"
              .formatted(flag, train.size(), name));
    }
    return found;
  }

  @Override
  public String name() {
    return images.name();
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public Shape shape() {
    return images.shape();
  }

  @Override
  public List<String> classes() {
    return images.classes();
  }

  @Override
  public int label(int index) {
    return labels.getOrDefault(index, images.label(index));
  }

  @Override
  public void shares(int index, float[] destination, int offset) {
    if (labels.containsKey(index)) {
      Dataset.super.shares(index, destination, offset);
    } else {
      images.shares(index, destination, offset);
    }
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    images.pixels(index, destination, offset);
  }

  @Override
  public boolean isMultiLabel() {
    return images.isMultiLabel();
  }

  @Override
  public double[] summary(int index) {
    return images.summary(index);
  }

  @Override
  public boolean isSlow() {
    return images.isSlow();
  }

  @Override
  public Framing framing() {
    return images.framing();
  }

  @Override
  public String origin(int index) {
    return images.origin(index);
  }

  @Override
  public String group(int index) {
    return images.group(index);
  }
}
