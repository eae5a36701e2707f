package io.fovea.network.execution;

import io.fovea.dataset.Dataset;
import io.fovea.layer.BatchNorm2d;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.parallel.ProcessGroup;
import io.fovea.tensor.Shape;
import java.util.List;

/** Checks that a data set fits a network, and that its batches can be shared by a process group. */
public final class DatasetCheck {
  private DatasetCheck() {}

  /**
   * Checks that a network fits a data set, and that a class has the number of the label of its
   * name.
   *
   * @throws IllegalArgumentException as {@link #check(Graph, Dataset)} and {@link
   *     #requireSameNumbers} do
   */
  public static void check(Network network, Dataset data) {
    check(network.graph(), data);
    if (!network.hasDefaultLabels()) {
      requireSameNumbers(network.labels(), data);
    }
  }

  /**
   * Checks that names which classes and a data set have in common have the same numbers.
   *
   * @throws IllegalArgumentException if one has another
   */
  public static void requireSameNumbers(List<String> classes, Dataset data) {
    for (String name : data.classes()) {
      int at = classes.indexOf(name);
      if (at >= 0 && at != data.classes().indexOf(name)) {
        throw new IllegalArgumentException(
            "%s: has the classes %s, expects the order of %s; give data with these classes"
                .formatted(data.name(), data.classes(), classes));
      }
    }
  }

  /**
   * Checks that a network fits a data set's images and classes.
   *
   * @throws IllegalArgumentException if there are no images, or their shape or the number of
   *     classes differs from the network's
   */
  public static void check(Graph graph, Dataset data) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(data.name() + ": has no images; give at least one");
    }
    if (!graph.input().equals(data.shape())) {
      throw new IllegalArgumentException(
          "%s: images are %s, the network expects %s; %s"
              .formatted(
                  data.name(), data.shape(), graph.input(), cure(data.shape(), graph.input())));
    }
    int outputs = graph.output().elements();
    if (graph.output().rank() != 1 || outputs != data.classes().size()) {
      throw new IllegalArgumentException(
          "%s: has %d classes, the network has outputs of %s; its last layer needs one output a class"
              .formatted(data.name(), data.classes().size(), graph.output()));
    }
  }

  private static String cure(Shape images, Shape input) {
    boolean isSwapped =
        input.rank() == 3 && Shape.of(input.size(2), input.size(0), input.size(1)).equals(images);
    return isSwapped
        ? "shapes are channels, height, width: build it by Network.input(%d, %d, %d)"
            .formatted(images.size(0), images.size(1), images.size(2))
        : "resize them or build the network for that size";
  }

  /**
   * The label of an image.
   *
   * @throws IllegalArgumentException if the data set has no such class
   */
  public static int label(Dataset data, int index) {
    int label = data.label(index);
    if (label < 0 || label >= data.classes().size()) {
      throw new IllegalArgumentException(
          "%s: label %d is not from 0 to %d; correct the label, or name all classes"
              .formatted(data.origin(index), label, data.classes().size() - 1));
    }
    return label;
  }

  public static boolean looksAtBatches(Graph graph) {
    return graph.nodes().stream().anyMatch(node -> node.layer() instanceof BatchNorm2d);
  }

  /**
   * Checks that every worker of a group gets an image of each batch, where batch statistics need
   * one.
   *
   * @throws IllegalArgumentException if a batch has too few images
   */
  public static void check(
      ProcessGroup group, Graph graph, int images, int batch, boolean sharedStatistics) {
    if (batch < group.size()) {
      throw new IllegalArgumentException(
          "train: a batch of %d images cannot be shared by %d workers; give batches of at least %d"
              .formatted(batch, group.size(), group.size()));
    }
    int last = images % batch;
    if (sharedStatistics && looksAtBatches(graph) && last > 0 && last < group.size()) {
      throw new IllegalArgumentException(
          "train: the last batch of an epoch has %d of %d images, too few for the %d workers' common batch statistics; change the batch size of %d, or leave some images out"
              .formatted(last, images, group.size(), batch));
    }
  }
}
