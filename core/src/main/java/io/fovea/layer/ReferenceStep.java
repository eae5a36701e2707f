package io.fovea.layer;

import io.fovea.kernel.GroupNormGeometry;
import io.fovea.kernel.Moments;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.reference.ReferenceActivation;
import io.fovea.kernel.reference.ReferenceAvgPool2d;
import io.fovea.kernel.reference.ReferenceBatchNorm2d;
import io.fovea.kernel.reference.ReferenceChannels;
import io.fovea.kernel.reference.ReferenceConv2d;
import io.fovea.kernel.reference.ReferenceConvTranspose2d;
import io.fovea.kernel.reference.ReferenceDense;
import io.fovea.kernel.reference.ReferenceGroupNorm;
import io.fovea.kernel.reference.ReferenceLocalResponseNorm;
import io.fovea.kernel.reference.ReferenceMaxPool2d;
import io.fovea.kernel.reference.ReferencePRelu;
import io.fovea.kernel.reference.ReferenceRelu;
import io.fovea.kernel.reference.ReferenceResize2d;
import io.fovea.kernel.reference.ReferenceSoftmax;
import io.fovea.kernel.reference.ReferenceUpsample2d;
import io.fovea.kernel.reference.ReferenceZeroPad2d;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One layer's forward and backward pass of training in double, on the reference kernels: what
 * gradient checks trust. Values lie in memory order as in a {@link io.fovea.tensor.Tensor}, weights
 * in logical, row-major order.
 */
public final class ReferenceStep {
  private final List<Shape> shapes;
  private final List<double[]> inputs;
  private final Map<String, double[]> weights;
  private final int count;
  private final RandomKey random;

  /** What the backward pass computes. */
  public record Gradients(List<double[]> inputs, Map<String, double[]> weights) {}

  private ReferenceStep(
      List<Shape> shapes,
      List<double[]> inputs,
      Map<String, double[]> weights,
      int count,
      RandomKey random) {
    this.shapes = shapes;
    this.inputs = inputs;
    this.weights = weights;
    this.count = count;
    this.random = random;
  }

  /**
   * A step of some layer on these inputs.
   *
   * @param shapes the inputs' shapes
   * @param inputs the inputs' values, {@code count} images each
   * @param weights the parameters' values by their names within the layer
   * @param random the node's key, for dropout
   */
  public static ReferenceStep of(
      List<Shape> shapes,
      List<double[]> inputs,
      Map<String, double[]> weights,
      int count,
      RandomKey random) {
    return new ReferenceStep(shapes, inputs, weights, count, random);
  }

  /** The output; empty for a layer of the user's own, which has no double form. */
  public Optional<double[]> forward(Layer layer) {
    double[] x = inputs.getFirst();
    Shape shape = shapes.getFirst();
    double[] y = new double[count * layer.output(shapes).elements()];
    switch (layer) {
      case Conv2d conv ->
          new ReferenceConv2d(conv.geometry(shape)).forward(y, x, w(), b(conv.filters()), count);
      case ConvTranspose2d conv -> transposed(conv).forward(y, x, w(), b(conv.filters()), count);
      case ChannelShuffle shuffle -> channels(shuffle.source(shape.size(0))).forward(y, x);
      case ChannelSlice slice -> channels(slice.source()).forward(y, x);
      case LocalResponseNorm norm ->
          new ReferenceLocalResponseNorm(norm.geometry(shape)).forward(y, x);
      case Dense dense ->
          new ReferenceDense(dense.geometry(shape)).forward(y, x, w(), b(dense.outputs()), count);
      case Relu relu -> new ReferenceRelu().forward(y, x);
      case LeakyRelu leakyRelu -> activation(layer).forward(y, x);
      case Elu elu -> activation(layer).forward(y, x);
      case Selu selu -> activation(layer).forward(y, x);
      case Gelu gelu -> activation(layer).forward(y, x);
      case Silu silu -> activation(layer).forward(y, x);
      case Mish mish -> activation(layer).forward(y, x);
      case Softplus softplus -> activation(layer).forward(y, x);
      case Sigmoid sigmoid -> activation(layer).forward(y, x);
      case HardSigmoid hardSigmoid -> activation(layer).forward(y, x);
      case HardSwish hardSwish -> activation(layer).forward(y, x);
      case Tanh tanh -> activation(layer).forward(y, x);
      case Clip clip -> activation(layer).forward(y, x);
      case Softmax softmax -> softmax().forward(y, x);
      case MaxPool2d pool -> maxPool(pool.geometry(shape)).forward(y, new int[y.length], x, count);
      case AvgPool2d pool -> avgPool(pool.geometry(shape)).forward(y, x, count);
      case GlobalAvgPool2d pool -> avgPool(GlobalAvgPool2d.whole(shape)).forward(y, x, count);
      case GlobalMaxPool2d pool ->
          maxPool(GlobalAvgPool2d.whole(shape)).forward(y, new int[y.length], x, count);
      case BatchNorm2d norm ->
          batchNorm(norm).forward(y, x, moments(norm), w(), b(shape.size(0)), count);
      case ChannelAffine affine -> affine().forward(y, x, standard(), w(), b(shape.size(0)), count);
      case PRelu prelu -> new ReferencePRelu(shape.size(0)).forward(y, x, w());
      case GroupNorm norm -> normalize(y, norm.geometry(shape), w(), b(shape.size(0)));
      case LayerNorm norm ->
          normalize(y, norm.geometry(shape), inMemory(w()), inMemory(b(y.length / count)));
      case Flatten flatten -> System.arraycopy(x, 0, y, 0, y.length);
      case ZeroPad2d pad -> zeroPad(pad).forward(y, x);
      case Upsample2d up -> new ReferenceUpsample2d(shape, up.factor()).forward(y, x);
      case Resize2d resize -> resize(resize).forward(y, x);
      case Dropout dropout -> scale(y, x, dropout.rate(), shape.elements());
      case Dropout2d dropout -> scale(y, x, dropout.rate(), shape.size(0));
      case Add add -> join().sum(y);
      case Multiply multiply -> join().product(y);
      case Concat concat -> join().concatenate(y);
      case Layer.Custom custom -> {
        return Optional.empty();
      }
    }
    return Optional.of(y);
  }

  /** The gradients for the output's gradient; empty for a layer of the user's own. */
  public Optional<Gradients> backward(Layer layer, double[] dy) {
    double[] x = inputs.getFirst();
    Shape shape = shapes.getFirst();
    double[] dx = new double[x.length];
    switch (layer) {
      case Relu relu -> new ReferenceRelu().backward(dx, dy, forward(relu).orElseThrow());
      case LeakyRelu leaky -> activation(leaky).backward(dx, dy, x);
      case Elu elu -> activation(elu).backward(dx, dy, x);
      case Selu selu -> activation(selu).backward(dx, dy, x);
      case Gelu gelu -> activation(gelu).backward(dx, dy, x);
      case Silu silu -> activation(silu).backward(dx, dy, x);
      case Mish mish -> activation(mish).backward(dx, dy, x);
      case Softplus softplus -> activation(softplus).backward(dx, dy, x);
      case Sigmoid sigmoid -> activation(sigmoid).backward(dx, dy, x);
      case HardSigmoid hard -> activation(hard).backward(dx, dy, x);
      case HardSwish hard -> activation(hard).backward(dx, dy, x);
      case Tanh tanh -> activation(tanh).backward(dx, dy, x);
      case Clip clip -> activation(clip).backward(dx, dy, x);
      case Softmax softmax -> softmax().backward(dx, dy, forward(softmax).orElseThrow());
      case MaxPool2d pool -> toWinners(dx, dy, pool.geometry(shape));
      case GlobalMaxPool2d pool -> toWinners(dx, dy, GlobalAvgPool2d.whole(shape));
      case AvgPool2d pool -> avgPool(pool.geometry(shape)).backward(dx, dy, count);
      case GlobalAvgPool2d pool -> avgPool(GlobalAvgPool2d.whole(shape)).backward(dx, dy, count);
      case Flatten flatten -> System.arraycopy(dy, 0, dx, 0, dx.length);
      case ZeroPad2d pad -> zeroPad(pad).backward(dx, dy);
      case Upsample2d up -> new ReferenceUpsample2d(shape, up.factor()).backward(dx, dy);
      case Resize2d resize -> resize(resize).backward(dx, dy);
      case Dropout dropout -> scale(dx, dy, dropout.rate(), shape.elements());
      case Dropout2d dropout -> scale(dx, dy, dropout.rate(), shape.size(0));
      case ChannelShuffle shuffle -> channels(shuffle.source(shape.size(0))).backward(dx, dy);
      case ChannelSlice slice -> channels(slice.source()).backward(dx, dy);
      case LocalResponseNorm norm ->
          new ReferenceLocalResponseNorm(norm.geometry(shape)).backward(dx, dy, x);
      case Conv2d conv -> {
        return gradients(conv, dy);
      }
      case ConvTranspose2d conv -> {
        return gradients(conv, dy);
      }
      case Dense dense -> {
        return gradients(dense, dy);
      }
      case BatchNorm2d norm -> {
        return gradients(norm, dy);
      }
      case ChannelAffine affine -> {
        return gradients(affine, dy);
      }
      case PRelu prelu -> {
        double[] dw = new double[w().length];
        new ReferencePRelu(shape.size(0)).backward(dx, dw, x, w(), dy);
        return gradients(dx, dw, dw, false);
      }
      case GroupNorm norm -> {
        return normGradients(norm.geometry(shape), dy, w());
      }
      case LayerNorm norm -> {
        return gradients(norm, dy);
      }
      case Add add -> {
        return Optional.of(join().sumGradients(dy));
      }
      case Multiply multiply -> {
        return Optional.of(join().productGradients(dy));
      }
      case Concat concat -> {
        return Optional.of(join().concatenateGradients(dy));
      }
      case Layer.Custom custom -> {
        return Optional.empty();
      }
    }
    return Optional.of(new Gradients(List.of(dx), Map.of()));
  }

  private Optional<Gradients> gradients(Conv2d conv, double[] dy) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dw = new double[w().length];
    double[] db = new double[conv.filters()];
    new ReferenceConv2d(conv.geometry(shapes.getFirst())).backward(dx, dw, db, x, w(), dy, count);
    return gradients(dx, dw, db, conv.bias());
  }

  private Optional<Gradients> gradients(ConvTranspose2d conv, double[] dy) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dw = new double[w().length];
    double[] db = new double[conv.filters()];
    transposed(conv).backward(dx, dw, db, x, w(), dy, count);
    return gradients(dx, dw, db, conv.bias());
  }

  private ReferenceConvTranspose2d transposed(ConvTranspose2d conv) {
    return new ReferenceConvTranspose2d(conv.geometry(shapes.getFirst()));
  }

  private ReferenceChannels channels(int[] source) {
    return new ReferenceChannels(shapes.getFirst().size(0), source);
  }

  private Optional<Gradients> gradients(Dense dense, double[] dy) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dw = new double[w().length];
    double[] db = new double[dense.outputs()];
    new ReferenceDense(dense.geometry(shapes.getFirst())).backward(dx, dw, db, x, w(), dy, count);
    return gradients(dx, dw, db, dense.bias());
  }

  private Optional<Gradients> gradients(BatchNorm2d norm, double[] dy) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dgamma = new double[w().length];
    double[] dbeta = new double[w().length];
    ReferenceBatchNorm2d kernel = batchNorm(norm);
    Moments moments = moments(norm);
    kernel.backwardWeights(dgamma, dbeta, x, dy, moments, count);
    kernel.backwardInput(dx, x, dy, moments, w(), dgamma, dbeta, count);
    return gradients(dx, dgamma, dbeta, true);
  }

  private Optional<Gradients> gradients(ChannelAffine affine, double[] dy) {
    double[] dx = new double[dy.length];
    double[] dw = new double[w().length];
    double[] db = new double[w().length];
    affine().backwardWeights(dw, db, inputs.getFirst(), dy, standard(), count);
    affine().backwardInput(dx, dy, standard(), w(), count);
    return gradients(dx, dw, db, affine.bias());
  }

  private Optional<Gradients> gradients(LayerNorm norm, double[] dy) {
    GroupNormGeometry g = norm.geometry(shapes.getFirst());
    Gradients inMemory = normGradients(g, dy, inMemory(w())).orElseThrow();
    Map<String, double[]> logical = new HashMap<>(inMemory.weights());
    logical.replaceAll((name, gradient) -> logical(gradient));
    return Optional.of(new Gradients(inMemory.inputs(), logical));
  }

  private static Optional<Gradients> gradients(
      double[] dx, double[] dw, double[] db, boolean bias) {
    return Optional.of(
        new Gradients(List.of(dx), bias ? Map.of("weight", dw, "bias", db) : Map.of("weight", dw)));
  }

  private double[] w() {
    return Objects.requireNonNull(weights.get("weight"));
  }

  private double[] b(int outputs) {
    return weights.getOrDefault("bias", new double[outputs]);
  }

  private ReferenceJoin join() {
    return new ReferenceJoin(shapes, inputs);
  }

  private static ReferenceActivation activation(Layer layer) {
    return new ReferenceActivation(Elementwise.function(layer));
  }

  private ReferenceSoftmax softmax() {
    return new ReferenceSoftmax(Softmax.channels(shapes.getFirst()));
  }

  private static ReferenceMaxPool2d maxPool(Pool2dGeometry g) {
    return new ReferenceMaxPool2d(g);
  }

  private void toWinners(double[] dx, double[] dy, Pool2dGeometry g) {
    int[] winners = new int[dy.length];
    maxPool(g).forward(new double[dy.length], winners, inputs.getFirst(), count);
    maxPool(g).backward(dx, dy, winners, count);
  }

  private static ReferenceAvgPool2d avgPool(Pool2dGeometry g) {
    return new ReferenceAvgPool2d(g);
  }

  private ReferenceBatchNorm2d batchNorm(BatchNorm2d norm) {
    return new ReferenceBatchNorm2d(norm.geometry(shapes.getFirst()));
  }

  private ReferenceBatchNorm2d affine() {
    return new ReferenceBatchNorm2d(ChannelAffine.geometry(shapes.getFirst()));
  }

  private Moments standard() {
    return ChannelAffine.standard(shapes.getFirst().size(0));
  }

  /** Those of the batch. */
  private Moments moments(BatchNorm2d norm) {
    Moments moments = new Moments(shapes.getFirst().size(0));
    batchNorm(norm).moments(moments, inputs.getFirst(), count);
    return moments;
  }

  private void normalize(double[] y, GroupNormGeometry g, double[] gamma, double[] beta) {
    double[] x = inputs.getFirst();
    Moments moments = new Moments(count * g.groups());
    new ReferenceGroupNorm(g).moments(moments, x);
    new ReferenceGroupNorm(g).forward(y, x, moments, gamma, beta);
  }

  private Optional<Gradients> normGradients(GroupNormGeometry g, double[] dy, double[] gamma) {
    double[] x = inputs.getFirst();
    double[] dx = new double[x.length];
    double[] dgamma = new double[gamma.length];
    double[] dbeta = new double[gamma.length];
    Moments moments = new Moments(count * g.groups());
    new ReferenceGroupNorm(g).moments(moments, x);
    new ReferenceGroupNorm(g).backward(dx, dgamma, dbeta, x, dy, moments, gamma);
    return gradients(dx, dgamma, dbeta, true);
  }

  /** Values of the input's shape from logical order to memory order. */
  private double[] inMemory(double[] logical) {
    int[] order = shapes.getFirst().logicalOrder();
    double[] memory = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      memory[i] = logical[order[i]];
    }
    return memory;
  }

  /** And back. */
  private double[] logical(double[] memory) {
    int[] order = shapes.getFirst().logicalOrder();
    double[] logical = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      logical[order[i]] = memory[i];
    }
    return logical;
  }

  private ReferenceResize2d resize(Resize2d resize) {
    Shape shape = shapes.getFirst();
    return new ReferenceResize2d(shape.size(0), resize.rows(shape), resize.columns(shape));
  }

  private ReferenceZeroPad2d zeroPad(ZeroPad2d pad) {
    return new ReferenceZeroPad2d(shapes.getFirst(), pad.output(shapes), pad.top(), pad.left());
  }

  /**
   * Dropout, whose choices repeat after so many elements of an image: C where pixels share them.
   */
  private void scale(double[] y, double[] x, float rate, int choices) {
    int elements = x.length / count;
    for (int i = 0; i < x.length; i++) {
      boolean dropped = random.with(i / elements).uniform(i % elements % choices) < rate;
      y[i] = dropped ? 0 : x[i] / (1 - rate);
    }
  }
}
