package io.fovea.cli.command.machine;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.ZooModel;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.util.Arrays;

/** Measures one network on this machine: each figure after a warm-up of the same length. */
final class ThroughputBench {
  private static final int BATCH = 64;
  private static final int MANY = 256;

  private final Network network;
  private final float learningRate;
  private final int threads;
  private final KernelSet kernels;
  private final double seconds;

  ThroughputBench(ZooModel model, Shape input, int threads, KernelSet kernels, double seconds) {
    this.network = Network.of(model.graph(input, 10), Initializer.he(), 1);
    this.learningRate = model.learningRate() / 100; // labels are noise: do not diverge
    this.threads = threads;
    this.kernels = kernels;
    this.seconds = seconds;
  }

  /** Images a second in training, with batches of 64, preparation of images and updates. */
  double training() {
    StopWatch watch = new StopWatch(seconds);
    Trainer.of(network)
        .optimizer(Sgd.of(learningRate).momentum(0.9f))
        .l2(1e-4f)
        .epochs(Integer.MAX_VALUE)
        .batchSize(BATCH)
        .threads(threads)
        .kernels(kernels)
        .listener(watch)
        .fit(new NoiseImages(100 * BATCH, network.graph().input()));
    return watch.images / watch.taken;
  }

  /** Stops a training after the measurement. */
  private static final class StopWatch implements Listener {
    private final double seconds;
    private final long start = System.nanoTime();
    private long begin;
    private long images;
    private double taken;

    StopWatch(double seconds) {
      this.seconds = seconds;
    }

    @Override
    public void onStep(Training training, StepReport step) {
      long now = System.nanoTime();
      if (begin == 0) {
        begin = now - start > seconds * 1e9 ? now : 0;
        return;
      }
      images += BATCH;
      taken = (now - begin) * 1e-9;
      if (taken > seconds) {
        training.stop();
      }
    }
  }

  /** Images a second in inference, with batches of 256. */
  double inference() {
    try (Classifier classifier = Classifier.of(network, threads, kernels)) {
      double[] calls = calls(classifier, MANY);
      return MANY / (middle(calls, 0.5) * 1e-9);
    }
  }

  /** Nanoseconds for one image: the median, and the 99th percentile. */
  double[] latency() {
    try (Classifier classifier = Classifier.of(network, threads, kernels)) {
      double[] calls = calls(classifier, 1);
      return new double[] {middle(calls, 0.5), middle(calls, 0.99)};
    }
  }

  /** Nanoseconds of each call after a warm-up, sorted. */
  private double[] calls(Classifier classifier, int images) {
    Tensor x = Tensor.zeros(network.graph().input(), images);
    NoiseImages noise = new NoiseImages(images, network.graph().input());
    for (int n = 0; n < images; n++) {
      noise.pixels(n, x.array(), n * x.shape().elements());
    }
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] /= 255;
    }
    double[] taken = new double[1 << 20];
    int count = 0;
    long start = System.nanoTime();
    long now = start;
    while (now - start < 2 * seconds * 1e9 || count < 3) {
      long before = now;
      classifier.probabilities(x);
      now = System.nanoTime();
      boolean warm = before - start > seconds * 1e9;
      if (warm && count < taken.length) {
        taken[count++] = now - before;
      }
    }
    double[] measured = Arrays.copyOf(taken, count);
    Arrays.sort(measured);
    return measured;
  }

  private static double middle(double[] sorted, double share) {
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
