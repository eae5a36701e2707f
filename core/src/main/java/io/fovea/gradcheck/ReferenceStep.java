package io.fovea.gradcheck;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.reference.ReferenceAvgPool2d;
import io.fovea.kernel.reference.ReferenceBatchNorm2d;
import io.fovea.kernel.reference.ReferenceGroupNorm;
import io.fovea.kernel.reference.ReferenceMaxPool2d;
import io.fovea.kernel.reference.ReferencePRelu;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One layer's forward and backward pass of training in double, on the reference kernels: the
 * reference of gradient checks. Values are in memory order as in a {@link io.fovea.tensor.Tensor},
 * weights in logical, row-major order.
 *
 * @param shapes the inputs' shapes
 * @param inputs the inputs' values, {@code count} images each
 * @param weights the parameters' values by their names within the layer
 * @param random the node's key, for dropout
 */
public record ReferenceStep(
    List<Shape> shapes,
    List<double[]> inputs,
    Map<String, double[]> weights,
    int count,
    RandomKey random) {

  /** The results of the backward pass. */
  public record Gradients(List<double[]> inputs, Map<String, double[]> weights) {}

  /** The output; empty for a user-defined layer, which has no double form. */
  public Optional<double[]> forward(Layer layer) {
    double[] x = inputs.getFirst();
    Shape shape = shapes.getFirst();
    double[] y = new double[count * layer.output(shapes).elements()];
    switch (layer) {
      case Conv2d _, ConvTranspose2d _, Dense _ ->
          LayerKernels.linear(layer, shape).forward(y, x, w(), b(layer), count);
      case ActivationLayer _,
          Softmax _,
          LocalResponseNorm _,
          ChannelShuffle _,
          ChannelSlice _,
          ZeroPad2d _,
          Upsample2d _,
          Resize2d _ ->
          LayerKernels.unary(layer, shape).forward(y, x);
      case MaxPool2d _, GlobalMaxPool2d _ ->
          new ReferenceMaxPool2d(LayerKernels.pooling(layer, shape))
              .forward(y, new int[y.length], x, count);
      case AvgPool2d _, GlobalAvgPool2d _ ->
          new ReferenceAvgPool2d(LayerKernels.pooling(layer, shape)).forward(y, x, count);
      case BatchNorm2d norm ->
          LayerKernels.of(norm, shape).forward(y, x, moments(norm), w(), b(layer), count);
      case ChannelAffine affine ->
          LayerKernels.of(affine, shape).forward(y, x, standard(), w(), b(layer), count);
      case PRelu prelu -> new ReferencePRelu(shape.size(0)).forward(y, x, w());
      case GroupNorm norm -> normalize(y, LayerKernels.geometry(norm, shape), w(), b(layer));
      case LayerNorm2d norm -> normalize(y, LayerKernels.geometry(norm, shape), w(), b(layer));
      case LayerNorm norm ->
          normalize(y, LayerKernels.geometry(norm, shape), inMemory(w()), inMemory(b(layer)));
      case Flatten flatten -> System.arraycopy(x, 0, y, 0, y.length);
      case Dropout dropout -> scale(y, x, dropout.rate(), shape.elements());
      case Dropout2d dropout -> scale(y, x, dropout.rate(), shape.size(0));
      case Add add -> join(add).sum(y);
      case Multiply multiply -> join(multiply).product(y);
      case Concat concat -> join(concat).concatenate(y);
      case Layer.Custom custom -> {
        return Optional.empty();
      }
    }
    return Optional.of(y);
  }

  /** The gradients for the output's gradient; empty for a user-defined layer. */
  public Optional<Gradients> backward(Layer layer, double[] dy) {
    double[] x = inputs.getFirst();
    Shape shape = shapes.getFirst();
    double[] dx = new double[x.length];
    double[] kept = layer instanceof Softmax ? forward(layer).orElseThrow() : x;
    return switch (layer) {
      case ActivationLayer _,
          Softmax _,
          LocalResponseNorm _,
          ChannelShuffle _,
          ChannelSlice _,
          ZeroPad2d _,
          Upsample2d _,
          Resize2d _ ->
          of(dx, () -> LayerKernels.unary(layer, shape).backward(dx, dy, kept));
      case MaxPool2d _, GlobalMaxPool2d _ ->
          of(dx, () -> toWinners(dx, dy, LayerKernels.pooling(layer, shape)));
      case AvgPool2d _, GlobalAvgPool2d _ ->
          of(
              dx,
              () ->
                  new ReferenceAvgPool2d(LayerKernels.pooling(layer, shape))
                      .backward(dx, dy, count));
      case Flatten flatten -> of(dx, () -> System.arraycopy(dy, 0, dx, 0, dx.length));
      case Dropout dropout -> of(dx, () -> scale(dx, dy, dropout.rate(), shape.elements()));
      case Dropout2d dropout -> of(dx, () -> scale(dx, dy, dropout.rate(), shape.size(0)));
      case Conv2d _, ConvTranspose2d _, Dense _ -> linearGradients(layer, dx, dy);
      case BatchNorm2d norm -> gradients(norm, dy);
      case ChannelAffine affine -> gradients(affine, dy);
      case PRelu prelu -> slopeGradients(dy);
      case GroupNorm norm -> normGradients(LayerKernels.geometry(norm, shape), dy, w());
      case LayerNorm2d norm -> normGradients(LayerKernels.geometry(norm, shape), dy, w());
      case LayerNorm norm -> gradients(norm, dy);
      case Add add -> Optional.of(join(add).sumGradients(dy));
      case Multiply multiply -> Optional.of(join(multiply).productGradients(dy));
      case Concat concat -> Optional.of(join(concat).concatenateGradients(dy));
      case Layer.Custom custom -> Optional.empty();
    };
  }

  /** The gradient of a layer without parameters, which {@code backward} writes. */
  private static Optional<Gradients> of(double[] dx, Runnable backward) {
    backward.run();
    return Optional.of(new Gradients(List.of(dx), Map.of()));
  }

  private Optional<Gradients> slopeGradients(double[] dy) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dw = new double[w().length];
    new ReferencePRelu(shapes.getFirst().size(0)).backward(dx, dw, x, w(), dy);
    return gradients(dx, dw, dw);
  }

  private Optional<Gradients> linearGradients(Layer layer, double[] dx, double[] dy) {
    double[] dw = new double[w().length];
    double[] db = new double[layer.output(shapes).size(0)];
    LayerKernels.linear(layer, shapes.getFirst())
        .backward(dx, dw, db, inputs.getFirst(), w(), dy, count);
    return gradients(dx, dw, db);
  }

  private Optional<Gradients> gradients(BatchNorm2d norm, double[] dy) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dgamma = new double[w().length];
    double[] dbeta = new double[w().length];
    ReferenceBatchNorm2d kernel = LayerKernels.of(norm, shapes.getFirst());
    Moments moments = moments(norm);
    kernel.backwardWeights(dgamma, dbeta, x, dy, moments, count);
    kernel.backwardInput(dx, x, dy, moments, w(), dgamma, dbeta, count);
    return gradients(dx, dgamma, dbeta);
  }

  private Optional<Gradients> gradients(ChannelAffine affine, double[] dy) {
    double[] dx = new double[dy.length];
    double[] dw = new double[w().length];
    double[] db = new double[w().length];
    LayerKernels.of(affine, shapes.getFirst())
        .backwardWeights(dw, db, inputs.getFirst(), dy, standard(), count);
    LayerKernels.of(affine, shapes.getFirst()).backwardInput(dx, dy, standard(), w(), count);
    return gradients(dx, dw, db);
  }

  private Optional<Gradients> gradients(LayerNorm norm, double[] dy) {
    GroupNormGeometry g = LayerKernels.geometry(norm, shapes.getFirst());
    Gradients inMemory = normGradients(g, dy, inMemory(w())).orElseThrow();
    Map<String, double[]> logical = new HashMap<>(inMemory.weights());
    logical.replaceAll((name, gradient) -> logical(gradient));
    return Optional.of(new Gradients(inMemory.inputs(), logical));
  }

  private Optional<Gradients> gradients(double[] dx, double[] dw, double[] db) {
    boolean bias = weights.containsKey("bias");
    return Optional.of(
        new Gradients(List.of(dx), bias ? Map.of("weight", dw, "bias", db) : Map.of("weight", dw)));
  }

  private double[] w() {
    return Objects.requireNonNull(weights.get("weight"));
  }

  /** The bias; zeros, one for each channel of the output, where there is none. */
  private double[] b(Layer layer) {
    return weights.getOrDefault("bias", new double[layer.output(shapes).size(0)]);
  }

  private ReferenceJoin join(Layer layer) {
    return new ReferenceJoin(shapes, inputs, layer.output(shapes));
  }

  private void toWinners(double[] dx, double[] dy, Pool2dGeometry geometry) {
    ReferenceMaxPool2d pool = new ReferenceMaxPool2d(geometry);
    int[] winners = new int[dy.length];
    pool.forward(new double[dy.length], winners, inputs.getFirst(), count);
    pool.backward(dx, dy, winners, count);
  }

  private Moments standard() {
    Moments moments = new Moments(shapes.getFirst().size(0));
    Arrays.fill(moments.variance(), 1);
    return moments;
  }

  private Moments moments(BatchNorm2d norm) {
    Moments moments = new Moments(shapes.getFirst().size(0));
    LayerKernels.of(norm, shapes.getFirst()).moments(moments, inputs.getFirst(), count);
    return moments;
  }

  private void normalize(double[] y, GroupNormGeometry g, double[] gamma, double[] beta) {
    double[] x = inputs.getFirst();
    Moments moments = new Moments(x.length / g.values());
    new ReferenceGroupNorm(g).moments(moments, x);
    new ReferenceGroupNorm(g).forward(y, x, moments, gamma, beta);
  }

  private Optional<Gradients> normGradients(GroupNormGeometry g, double[] dy, double[] gamma) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dgamma = new double[gamma.length];
    double[] dbeta = new double[gamma.length];
    Moments moments = new Moments(x.length / g.values());
    new ReferenceGroupNorm(g).moments(moments, x);
    new ReferenceGroupNorm(g).backward(dx, dgamma, dbeta, x, dy, moments, gamma);
    return gradients(dx, dgamma, dbeta);
  }

  private double[] inMemory(double[] logical) {
    return Arrays.stream(shapes.getFirst().logicalOrder()).mapToDouble(k -> logical[k]).toArray();
  }

  private double[] logical(double[] memory) {
    int[] order = shapes.getFirst().logicalOrder();
    double[] logical = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      logical[order[i]] = memory[i];
    }
    return logical;
  }

  /**
   * Applies dropout; its choices repeat after {@code choices} elements of an image: C where pixels
   * share them.
   */
  private void scale(double[] y, double[] x, float rate, int choices) {
    int elements = x.length / count;
    for (int i = 0; i < x.length; i++) {
      boolean dropped = random.with(i / elements).uniform(i % elements % choices) < rate;
      y[i] = dropped ? 0 : x[i] / (1 - rate);
    }
  }
}
