package io.fovea.layer;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.UpdateKernel;
import io.fovea.network.Graph;
import io.fovea.network.Zoo;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The passes whose bits are recorded in golden/kernel-bits.txt: layers of the networks, and others
 * whose channels fill no vector.
 *
 * @param name the number of images, the first input's shape, the layer
 * @param hashes computes a hash of each of its tensors
 */
record KernelBits(String name, Supplier<String> hashes) {
  /** The most multiply-adds of a pass, so that a run without vector instructions ends. */
  private static final long MOST = 120_000_000;

  private static final int RANDOM = 60;

  /** Prints the lines of the file. */
  public static void main(String[] arguments) {
    all().forEach(pass -> System.out.println(pass.line()));
  }

  /** All of them, in the order of the file. */
  static Stream<KernelBits> all() {
    List<KernelBits> all = new ArrayList<>();
    for (Zoo network : Zoo.values()) {
      addAll(all, network.graph(Shape.of(3, 32, 32), 10), 2);
    }
    for (Zoo network : List.of(Zoo.RESNET18, Zoo.RESNET50, Zoo.MOBILENET_V2)) {
      addAll(all, network.graph(Shape.of(3, 224, 224), 1000), 1);
    }
    convolutions(all);
    dense(all);
    norms(all);
    others(all);
    updates(all);
    Set<String> names = new HashSet<>();
    return all.stream().filter(pass -> names.add(pass.name));
  }

  private static void addAll(List<KernelBits> all, Graph graph, int images) {
    for (Graph.Node node : graph.nodes()) {
      List<Shape> inputs = graph.inputShapes(node);
      if (images * node.layer().multiplyAdds(inputs) <= MOST) {
        all.add(of(images, node.layer(), inputs));
      }
    }
  }

  private static KernelBits of(int images, Layer layer, int... shape) {
    return of(images, layer, List.of(Shape.of(shape)));
  }

  private static KernelBits of(int images, Layer layer, List<Shape> inputs) {
    String name = "%dx%s:%s".formatted(images, inputs.getFirst(), layer).replace(" ", "");
    return new KernelBits(name, () -> hashes(layer, inputs, images));
  }

  String line() {
    return name + " " + hashes.get();
  }

  private static void convolutions(List<KernelBits> all) {
    Window three = Window.square(3, 1, 1, 1);
    for (int channels : new int[] {1, 3, 4, 24, 40}) {
      all.add(of(3, new Conv2d(20, three, 1, true), channels, 15, 14));
      all.add(of(3, new Conv2d(24, Window.square(5, 1, 2, 1), 1, true), channels, 12, 12));
    }
    all.add(of(1, new Conv2d(512, Window.square(3, 2, 1, 1), 1, true), 256, 7, 7));
    all.add(of(64, new Conv2d(128, Window.square(1, 1, 0, 1), 1, false), 64, 7, 7));
    all.add(of(33, new Conv2d(50, Window.square(1, 1, 0, 1), 1, true), 18, 5, 5));
    all.add(of(70, new Conv2d(37, three, 1, true), 29, 8, 8));
    all.add(of(2, new ConvTranspose2d(20, Window.square(4, 2, 1, 1), 0, 0, 1, true), 24, 9, 9));
    Draw draw = new Draw(20261201);
    for (int k = 0; k < RANDOM; k++) {
      int groups = draw.percent(20) ? draw.between(2, 9) : 1;
      boolean depthwise = draw.percent(15);
      int channels = depthwise ? draw.between(3, 50) : groups * draw.between(1, 80 / groups);
      int filters = depthwise ? channels : groups * draw.between(1, 90 / groups);
      Window window = draw.window();
      int height = window.reachHeight() + draw.between(0, 13);
      int width = window.reachWidth() + draw.between(0, 13);
      Layer layer = new Conv2d(filters, window, depthwise ? channels : groups, true);
      all.add(of(draw.oneOf(1, 2, 3, 17), layer, channels, height, width));
    }
  }

  private static void dense(List<KernelBits> all) {
    int[][] sizes = {
      {1, 1},
      {7, 3},
      {15, 5},
      {100, 10},
      {129, 33},
      {240, 9},
      {512, 1000},
      {784, 100},
      {785, 10},
      {1280, 64},
      {1568, 100},
      {4321, 12},
      {25_088, 20}
    };
    for (int[] size : sizes) {
      for (int images : new int[] {1, 5, 64}) {
        all.add(of(images, new Dense(size[1], true), size[0]));
      }
    }
  }

  private static void norms(List<KernelBits> all) {
    for (int channels : new int[] {1, 3, 6, 16, 24, 40, 58, 96, 100}) {
      all.add(of(5, new BatchNorm2d(), channels, 7, 9));
      all.add(of(3, new GroupNorm(1), channels, 7, 5));
      all.add(of(3, new GroupNorm(channels), channels, 6, 6));
      all.add(of(3, new LayerNorm2d(), channels, 5, 5));
      all.add(of(9, new LayerNorm(), channels));
      all.add(of(2, new LocalResponseNorm(5, 1e-4f, 0.75f, 1), channels, 6, 7));
      all.add(of(2, new ChannelAffine(true), channels, 6, 7));
      all.add(of(2, new PRelu(), channels, 6, 7));
    }
    all.add(of(40, new BatchNorm2d(), 24, 28, 28));
    all.add(of(2, new GroupNorm(8), 24, 28, 28));
    all.add(of(33, new LayerNorm(), 768));
    all.add(of(2, new LocalResponseNorm(4, 1e-2f, 0.6f, 2), 19, 6, 7));
  }

  private static void others(List<KernelBits> all) {
    List<Layer> layers =
        List.of(
            new Clip(-0.3f, 0.4f),
            new Elu(1),
            new Gelu(false),
            new Gelu(true),
            new HardSigmoid(0.2f, 0.5f),
            new HardSwish(),
            new LeakyRelu(0.1f),
            new Mish(),
            new Relu(),
            new Selu(1.67f, 1.05f),
            new Sigmoid(),
            new Silu(),
            new Softplus(),
            new Tanh(),
            new Softmax(),
            new GlobalAvgPool2d(),
            new GlobalMaxPool2d(),
            new Upsample2d(2),
            new Resize2d(9, 13, false),
            new ZeroPad2d(1, 2, 0, 3),
            new MaxPool2d(Window.square(3, 2, 1, 1), true),
            new AvgPool2d(Window.square(3, 2, 1, 1), true, true),
            new AvgPool2d(Window.square(2, 2, 0, 1)));
    for (Layer layer : layers) {
      all.add(of(3, layer, 5, 7, 9));
      all.add(of(2, layer, 32, 8, 8));
    }
  }

  private static void updates(List<KernelBits> all) {
    UpdateKernel kernel = KernelSet.VECTOR.kernels(false).update();
    var momentum = new UpdateKernel.Momentum(0.1f, 0.9f, 1e-3f, true);
    var adam = new UpdateKernel.Adam(0.01f, 0.9f, 0.1f, 0.99f, 0.01f, 1.3f, 1e-6f, 1e-3f, 0.999f);
    for (int length : new int[] {1, 37, 5003}) {
      float[] w = new Draw(1).reals(length);
      float[] v = new Draw(2).reals(length);
      float[] square = new Draw(3).reals(length);
      float[] g = new Draw(4).reals(length);
      Supplier<String> hashes =
          () -> {
            kernel.momentum(momentum, w, v, g, 0, 0, length);
            String first = "w=%s v=%s".formatted(hash(w), hash(v));
            for (int i = 0; i < length; i++) {
              square[i] *= square[i];
            }
            kernel.adam(adam, w, v, square, g, 0, 0, length);
            double squares = KernelSet.VECTOR.kernels(false).squares(w, 0, length);
            return "%s adam=%s,%s,%s squares=%s"
                .formatted(first, hash(w), hash(v), hash(square), Double.toHexString(squares));
          };
      all.add(new KernelBits("updates:" + length, hashes));
    }
  }

  /** A hash of y, of each dx, and of the gradient of each parameter. */
  private static String hashes(Layer layer, List<Shape> inputs, int images) {
    try (Workers workers = Workers.of(2)) {
      Map<String, float[]> weights = new HashMap<>();
      List<String> trained = new ArrayList<>();
      for (Parameter parameter : layer.parameters(inputs)) {
        float[] values = new Draw(weights.size()).reals(parameter.shape().elements());
        if (parameter.role().isTrained()) {
          trained.add(parameter.name());
        }
        weights.put(parameter.name(), values);
      }
      Tensor[] x = new Tensor[inputs.size()];
      for (int i = 0; i < x.length; i++) {
        Shape shape = inputs.get(i);
        x[i] = Tensor.of(shape, images, new Draw(100 + i).reals(images * shape.elements()));
      }
      LayerPass pass = LayerPass.training(layer, KernelSet.VECTOR, workers, weights, x);
      StringBuilder hashes = new StringBuilder("y=" + hash(pass.y()));
      List<Tensor> dx = pass.back(new Draw(200).reals(pass.y().length));
      for (Tensor gradient : dx) {
        hashes.append(" dx=").append(hash(gradient.toArray()));
      }
      for (String name : trained) {
        hashes.append(" d%s=%s".formatted(name, hash(pass.gradient(name))));
      }
      return hashes.toString();
    }
  }

  private static String hash(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    CRC32C hash = new CRC32C();
    hash.update(bytes);
    return "%08x".formatted(hash.getValue());
  }
}
