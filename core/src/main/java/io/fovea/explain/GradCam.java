package io.fovea.explain;

import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.MaxPool2d;
import io.fovea.network.Graph;
import io.fovea.network.execution.Tape;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Grad-CAM: the positions of a picture that support a class, from the gradients of one layer's maps
 * (Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
 * localization", arXiv 1610.02391, equations 1 and 2):
 *
 * <pre>
 * a[c] = 1/(H*W) * sum over i,j of dz[k] / dA[c,i,j]
 * L[i,j] = max(0, sum over c of a[c] * A[c,i,j])
 * </pre>
 *
 * where A (C, H, W) are the layer's maps and z[k] is the logit of the class, before softmax.
 */
public final class GradCam {
  private GradCam() {}

  /**
   * The default layer for Grad-CAM: the last convolution, with the layers that follow it:
   * normalisation, addition of a shortcut, and activation (the paper's section 3 calls these maps
   * rectified). Before a ReLU the maps are mostly negative, and no position would support a class.
   * Convolutions whose maps have a single position, as behind a global pooling, are skipped. Empty
   * if there is no such layer.
   */
  public static Optional<String> lastMaps(Graph graph) {
    return graph.nodes().reversed().stream()
        .filter(GradCam::isConvolution)
        .map(Graph.Node::name)
        .filter(name -> graph.shape(name).size(1) * graph.shape(name).size(2) > 1)
        .findFirst()
        .map(name -> handedOn(graph, name));
  }

  /** Follows a value through layers that keep its shape, while it has a single reader. */
  private static String handedOn(Graph graph, String name) {
    List<Graph.Node> readers =
        graph.nodes().stream().filter(node -> node.inputs().contains(name)).toList();
    if (readers.size() != 1) {
      return name;
    }
    Graph.Node reader = readers.getFirst();
    boolean pools = reader.layer() instanceof MaxPool2d || reader.layer() instanceof AvgPool2d;
    boolean goesOn = !pools && graph.shape(reader.name()).equals(graph.shape(name));
    return goesOn ? handedOn(graph, reader.name()) : name;
  }

  /** Layers whose maps Grad-CAM weights: the position of a pixel has a meaning in them. */
  private static boolean isConvolution(Graph.Node node) {
    return node.layer() instanceof Conv2d || node.layer() instanceof ConvTranspose2d;
  }

  /**
   * The map L, in the size of the layer's maps.
   *
   * @param label the class, from 0
   * @param layer the layer's name
   * @throws IllegalArgumentException if there is no such class or layer, or the layer has no maps
   */
  public static HeatMap of(Subject subject, int label, String layer) {
    subject.requireClass(label);
    Graph graph = subject.graph();
    Shape shape = graph.shape(layer);
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "Grad-CAM: expects a layer with maps, got %s with %s numbers; layers with maps are %s"
              .formatted(layer, shape, withMaps(graph)));
    }
    Tape tape = subject.look();
    Tensor dz = Tensor.zeros(graph.output(), 1);
    dz.array()[label] = 1;
    tape.backward(dz);
    return of(tape.value(layer), tape.gradient(layer));
  }

  private static List<String> withMaps(Graph graph) {
    return graph.nodes().stream()
        .map(Graph.Node::name)
        .filter(name -> graph.shape(name).rank() == 3)
        .toList();
  }

  private static HeatMap of(Tensor maps, Tensor gradient) {
    int channels = maps.shape().size(0);
    int height = maps.shape().size(1);
    int width = maps.shape().size(2);
    double[] sum = new double[height * width];
    for (int c = 0; c < channels; c++) {
      double a = 0;
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          a += gradient.get(0, c, i, j);
        }
      }
      a /= height * width;
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          sum[i * width + j] += a * maps.get(0, c, i, j);
        }
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.max(0, sum[i]);
    }
    return HeatMap.of(height, width, sum);
  }
}
