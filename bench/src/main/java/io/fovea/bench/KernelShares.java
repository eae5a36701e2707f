package io.fovea.bench;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.CacheLines;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The kernels' shares of the FMA peak, one thread, all in one process and in turn: as in a program
 * that uses them all, and with the peak measured beside each of them. On a machine that strangers
 * share the peak of one minute says nothing of the next.
 *
 * <pre>
 * share = operations of the direct sum / (time * peak)
 * </pre>
 */
public final class KernelShares {
  /** Images of the two-layer network's layers, and of the others. */
  private static final int BATCH = 64;

  private static final int FEW = 8;
  private static final double PEAK_SECONDS = 0.02;
  private static final double SECONDS = 0.08;
  private static final int WARM_UP_ROUNDS = 5;

  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));
  private final Kernels kernels = new VectorKernels();
  private final List<Line> lines = new ArrayList<>();

  /** A kernel, its operations, and the shares measured. */
  private static final class Line {
    private final String name;
    private final double operations;
    private final Runnable work;
    private final List<Double> shares = new ArrayList<>();

    Line(String name, double operations, Runnable work) {
      this.name = name;
      this.operations = operations;
      this.work = work;
    }

    String text() {
      double[] sorted = shares.stream().mapToDouble(share -> share).sorted().toArray();
      int last = sorted.length - 1;
      return "| %s | %.0f %% | %.0f %% |"
          .formatted(name, 100 * sorted[last / 2], 100 * sorted[last * 9 / 10]);
    }
  }

  /** The layers of the two-layer network, then one of each kind that other networks have. */
  private KernelShares(String filter) {
    convolution(BATCH, new Conv2dGeometry(1, 28, 28, 16, 1, Window.square(5, 1, 2, 1)));
    convolution(BATCH, new Conv2dGeometry(16, 28, 28, 32, 1, Window.square(5, 1, 2, 1)));
    dense(new DenseGeometry(Shape.of(32, 28, 28).flattened(), 100));
    convolution(FEW, new Conv2dGeometry(16, 32, 32, 32, 1, Window.square(3, 2, 1, 1)));
    convolution(FEW, new Conv2dGeometry(16, 32, 32, 32, 1, Window.square(1, 2, 0, 1)));
    convolution(FEW, new Conv2dGeometry(64, 28, 28, 64, 1, Window.square(3, 1, 1, 1)));
    convolution(FEW, new Conv2dGeometry(256, 14, 14, 256, 1, Window.square(1, 1, 0, 1)));
    convolution(FEW, new Conv2dGeometry(64, 28, 28, 64, 64, Window.square(3, 1, 1, 1)));
    convolution(FEW, new Conv2dGeometry(3, 32, 32, 16, 1, Window.square(3, 1, 1, 1)));
    lines.removeIf(line -> !line.name.contains(filter));
  }

  /** A convolution by every algorithm that can compute it, under the name of its class. */
  private void convolution(int images, Conv2dGeometry g) {
    Set<String> classes = new HashSet<>();
    for (Conv2dAlgorithm algorithm : Conv2dAlgorithm.values()) {
      Conv2dKernel kernel = VectorKernels.always(algorithm).conv2d(g);
      if (classes.add(kernel.getClass().getSimpleName())) {
        convolution(kernel, g, images);
      }
    }
  }

  private void convolution(Conv2dKernel kernel, Conv2dGeometry g, int images) {
    Tensor x = random(Shape.of(g.channels(), g.height(), g.width()), images);
    Tensor y = random(Shape.of(g.filters(), g.outputHeight(), g.outputWidth()), images);
    Tensor dx = zeros(x.shape(), images);
    float[] w = kernel.packing().pack(weights(g.weights()));
    float[] dw = new float[w.length];
    float[] b = new float[g.filters()];
    float[] db = new float[g.filters()];
    Window k = g.window();
    String name =
        "%s %dx%d stride %d, %d to %d in %d groups, %dx%d"
            .formatted(
                kernel.getClass().getSimpleName(),
                k.kernelHeight(),
                k.kernelWidth(),
                k.strideHeight(),
                g.channels(),
                g.filters(),
                g.groups(),
                g.height(),
                g.width());
    add(
        name,
        2.0 * images * g.outputElements() * g.taps(),
        () -> kernel.forward(y, x, w, b, resources),
        () -> kernel.backward(dx, dw, db, x, y, null, w, resources));
  }

  private void dense(DenseGeometry g) {
    DenseKernel kernel = new VectorKernels().dense(g);
    Tensor x = random(g.input(), BATCH);
    Tensor y = random(Shape.of(g.outputs()), BATCH);
    Tensor dx = zeros(g.input(), BATCH);
    float[] w = kernel.packing().pack(weights(g.outputs() * g.features()));
    float[] dw = new float[w.length];
    float[] b = new float[g.outputs()];
    float[] db = new float[g.outputs()];
    add(
        "dense %d to %d".formatted(g.features(), g.outputs()),
        2.0 * BATCH * g.features() * g.outputs(),
        () -> kernel.forward(y, x, w, b, resources),
        () -> {
          kernel.backwardInput(dx, y, w, resources);
          kernel.backwardWeights(dw, db, x, y, resources);
        });
  }

  private void add(String name, double operations, Runnable forward, Runnable backward) {
    lines.add(new Line(name + ", forward", operations, forward));
    lines.add(new Line(name + ", both gradients", 2 * operations, backward));
  }

  private static float[] weights(int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = 0.05f * (float) RandomKey.of(1).normal(i);
    }
    return weights;
  }

  /** As a workspace lays operands out: the first element at the beginning of a cache line. */
  private static Tensor zeros(Shape shape, int images) {
    float[] array = new float[CacheLines.ALIGNED_START + images * shape.elements()];
    return Tensor.on(array, CacheLines.ALIGNED_START, shape, images);
  }

  private static Tensor random(Shape shape, int images) {
    Tensor tensor = zeros(shape, images);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.array()[tensor.offset() + i] = (float) RandomKey.of(2).normal(i);
    }
    return tensor;
  }

  private void round(boolean counts) {
    for (Line line : lines) {
      double before = kernels.peak(PEAK_SECONDS);
      double median = median(line.work);
      double peak = Math.max(before, kernels.peak(PEAK_SECONDS));
      if (counts) {
        line.shares.add(line.operations / (median * peak));
      }
    }
  }

  /** The median seconds of some calls; the first one only brings the operands. */
  private static double median(Runnable work) {
    work.run();
    List<Long> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (SECONDS * 1e9);
    do {
      long begin = System.nanoTime();
      work.run();
      times.add(System.nanoTime() - begin);
    } while (System.nanoTime() < end);
    long[] sorted = times.stream().mapToLong(time -> time).sorted().toArray();
    return sorted[sorted.length / 2] * 1e-9;
  }

  /**
   * Prints a Markdown table: the median of the rounds, and the share that the best tenth of them
   * reach.
   *
   * @param arguments the number of rounds, 60 unless given, and a part of the names of the lines
   *     wanted
   */
  public static void main(String[] arguments) {
    boolean isNumber = arguments.length == 0 || arguments[0].matches("[1-9]\\d{0,5}");
    KernelShares shares = new KernelShares(arguments.length == 2 ? arguments[1] : "");
    if (arguments.length > 2 || !isNumber || shares.lines.isEmpty()) {
      System.err.println(
          "bench/shares: expects a number of rounds, such as 20, and a part of a line's name, such as Winograd, got "
              + String.join(" ", arguments));
      System.exit(2);
    }
    int rounds = arguments.length == 0 ? 60 : Integer.parseInt(arguments[0]);
    List<Double> peaks = new ArrayList<>();
    for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
      shares.round(i >= 0);
      peaks.add(shares.kernels.peak(PEAK_SECONDS));
    }
    double[] sorted = peaks.stream().mapToDouble(peak -> peak).sorted().toArray();
    System.out.printf(
        "Peak %.1f GFLOP/s (median), %d rounds.%n%n", sorted[sorted.length / 2] * 1e-9, rounds);
    System.out.println("| kernel, one thread | of the peak, median | best tenth |");
    System.out.println("|---|---|---|");
    shares.lines.forEach(line -> System.out.println(line.text()));
  }
}
