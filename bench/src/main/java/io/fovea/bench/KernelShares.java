package io.fovea.bench;

import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Conv2dKernel;
import io.fovea.kernel.Kernels;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;

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
  private static final int IMAGES = 64;
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

  private KernelShares() {
    Conv2dGeometry second = new Conv2dGeometry(16, 28, 28, 32, 1, Window.square(5, 1, 2, 1));
    convolution("direct", VectorKernels.direct().conv2d(second), second);
    convolution("Winograd", new VectorKernels().conv2d(second), second);
  }

  private void convolution(String kind, Conv2dKernel kernel, Conv2dGeometry g) {
    Tensor x = Buffers.random(Shape.of(g.channels(), g.height(), g.width()), IMAGES);
    Tensor y = Buffers.random(Shape.of(g.filters(), g.outputHeight(), g.outputWidth()), IMAGES);
    Tensor dx = Buffers.zeros(x.shape(), IMAGES);
    float[] logical = new float[g.weights()];
    for (int i = 0; i < logical.length; i++) {
      logical[i] = 0.05f * (float) RandomKey.of(1).normal(i);
    }
    float[] w = kernel.packing().pack(logical);
    float[] dw = new float[w.length];
    float[] b = new float[g.filters()];
    float[] db = new float[g.filters()];
    double operations = 2.0 * IMAGES * g.outputElements() * g.taps();
    lines.add(
        new Line(kind + ", forward", operations, () -> kernel.forward(y, x, w, b, resources)));
    lines.add(
        new Line(
            kind + ", both gradients",
            2 * operations,
            () -> kernel.backward(dx, dw, db, x, y, null, w, resources)));
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
   * @param arguments the number of rounds, 60 unless given
   */
  public static void main(String[] arguments) {
    if (arguments.length > 1 || (arguments.length == 1 && !arguments[0].matches("[1-9]\\d{0,5}"))) {
      System.err.println(
          "bench/shares: expects at most a number of rounds, such as 20, got "
              + String.join(" ", arguments));
      System.exit(2);
    }
    int rounds = arguments.length == 0 ? 60 : Integer.parseInt(arguments[0]);
    KernelShares shares = new KernelShares();
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
