package io.fovea.explain;

import io.fovea.layer.Dropout;
import io.fovea.layer.Flatten;
import io.fovea.network.Graph;
import io.fovea.network.execution.Tape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The values of every layer for one picture. */
public final class FeatureMaps {
  private FeatureMaps() {}

  /**
   * The values of one layer.
   *
   * @param node the layer's name
   * @param type its kind, such as conv2d
   * @param value one image's value: maps (C, H, W) or a row of numbers (F)
   */
  public record Layer(String node, String type, Tensor value) {}

  /**
   * The values of the layers in the network's order, as copies. Layers that are the identity here
   * are left out: flatten, and dropout outside training.
   */
  public static List<Layer> of(Subject subject) {
    Tape tape = subject.look();
    List<Layer> layers = new ArrayList<>();
    for (Graph.Node node : subject.graph().nodes()) {
      if (!(node.layer() instanceof Flatten) && !(node.layer() instanceof Dropout)) {
        Tensor value = tape.value(node.name());
        Tensor copy = Tensor.of(value.shape(), 1, value.toArray());
        layers.add(new Layer(node.name(), node.layer().type(), copy));
      }
    }
    return List.copyOf(layers);
  }
}
