package io.fovea.replay;

import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.RefusedException;
import io.fovea.network.execution.Tape;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;

/**
 * Each image's share of the gradient of one weight, of a convolution or a dense layer:
 *
 * <pre>
 * convolution  dW[o,c,i,j] = sum over n, p, q of dy[n,o,p,q] * x[n,c,p*s+i*d-top,q*s+j*d-left]
 * dense        dW[o,i]     = sum over n of dy[n,o] * x[n,i]
 * bias         db[o]       = sum over n, p, q of dy[n,o,p,q]
 * </pre>
 *
 * The share of image n is the part of the sum with its index, in double. Behind batch normalisation
 * dy depends on the whole batch, and the share is that of the image's own positions.
 */
final class ImageShares {
  private final Graph.Node node;
  private final Shape in;
  private final Shape out;
  private final int[] index;
  private final int source;

  /**
   * The shares of one element.
   *
   * @param weight the parameter
   * @param index the element, one number an axis
   * @throws IllegalArgumentException if the layer is no convolution or dense layer, or there is no
   *     such element
   */
  ImageShares(Graph graph, Graph.Weight weight, int... index) {
    this.node = weight.node();
    this.index = index.clone();
    if (!(node.layer() instanceof Conv2d || node.layer() instanceof Dense)) {
      throw new RefusedException(
          "biography",
          "expects a weight of a convolution or dense layer, got %s of a %s; its gradient is no sum over images"
              .formatted(weight.name(), node.layer().getClass().getSimpleName()),
          "");
    }
    int[] sizes = weight.parameter().shape().sizes();
    boolean isInside = index.length == sizes.length;
    for (int axis = 0; isInside && axis < sizes.length; axis++) {
      isInside = index[axis] >= 0 && index[axis] < sizes[axis];
    }
    if (!isInside) {
      throw new RefusedException(
          "biography",
          "%s has %d axes of %s elements, got the element %s"
              .formatted(
                  weight.name(), sizes.length, Arrays.toString(sizes), Arrays.toString(index)),
          "give one weight by an index for each axis, from 0");
    }
    this.in = graph.inputShapes(node).getFirst();
    this.out = graph.shape(node.name());
    this.source = index.length == 2 ? place(in, index[1]) : 0;
  }

  /** Where an element of an image, counted in logical order, lies in memory. */
  private static int place(Shape shape, int logical) {
    int[] order = shape.logicalOrder();
    int place = 0;
    while (order[place] != logical) {
      place++;
    }
    return place;
  }

  /** The shares of a batch's images, after its backward pass. */
  double[] of(Tape tape) {
    Tensor x = tape.value(node.inputs().getFirst());
    Tensor dy = tape.gradient(node.name());
    double[] shares = new double[x.count()];
    for (int n = 0; n < shares.length; n++) {
      int xAt = x.offset() + n * in.elements();
      int dyAt = dy.offset() + n * out.elements();
      shares[n] = share(node.layer(), x.array(), xAt, dy.array(), dyAt);
    }
    return shares;
  }

  private double share(Layer layer, float[] x, int xAt, float[] dy, int dyAt) {
    if (layer instanceof Conv2d conv) {
      return index.length == 1 ? sum(dy, dyAt) : products(conv, x, xAt, dy, dyAt);
    }
    double gradient = dy[dyAt + index[0]];
    return index.length == 1 ? gradient : gradient * x[xAt + source];
  }

  private double sum(float[] dy, int dyAt) {
    double sum = 0;
    for (int at = index[0]; at < out.elements(); at += out.size(0)) {
      sum += dy[dyAt + at];
    }
    return sum;
  }

  private double products(Conv2d conv, float[] x, int xAt, float[] dy, int dyAt) {
    Window window = conv.window();
    int channels = in.size(0);
    int channel = index[0] / (conv.filters() / conv.groups()) * (channels / conv.groups());
    double sum = 0;
    for (int p = 0; p < out.size(1); p++) {
      int row = p * window.strideHeight() + index[2] * window.dilationHeight() - window.top();
      for (int q = 0; q < out.size(2); q++) {
        int column = q * window.strideWidth() + index[3] * window.dilationWidth() - window.left();
        if (row >= 0 && row < in.size(1) && column >= 0 && column < in.size(2)) {
          int from = xAt + (row * in.size(2) + column) * channels + channel + index[1];
          int to = dyAt + (p * out.size(2) + q) * conv.filters() + index[0];
          sum += (double) x[from] * dy[to];
        }
      }
    }
    return sum;
  }
}
