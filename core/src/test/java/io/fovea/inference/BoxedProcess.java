package io.fovea.inference;

import io.fovea.kernel.KernelCheck;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;

/** What a process computes, allocates and says, a line each; {@link BoxedVectorsTest} starts it. */
final class BoxedProcess {
  private static final int PASSES = 20;
  private static final long FEW = 100_000;
  private static final long PATIENCE = 60_000_000_000L;

  private BoxedProcess() {}

  /** The argument is the most seconds of warming up. */
  public static void main(String[] arguments) {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 32, 32), 10), Initializer.he(), 1);
    Tensor x = Tensor.zeros(Shape.of(3, 32, 32), 1);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[x.offset() + i] = (float) RandomKey.of(3).normal(i);
    }
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.VECTOR)) {
      classifier.warmUp(Duration.ofSeconds(Long.parseLong(arguments[0])));
      var threads = ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);
      long end = System.nanoTime() + PATIENCE;
      long bytes = threads.getCurrentThreadAllocatedBytes();
      classifier.outputs(x);
      System.out.println("first " + (threads.getCurrentThreadAllocatedBytes() - bytes));
      do { // until kernels are compiled, or the fault is noticed
        bytes = threads.getCurrentThreadAllocatedBytes();
        for (int pass = 0; pass < PASSES; pass++) {
          classifier.outputs(x);
        }
        bytes = (threads.getCurrentThreadAllocatedBytes() - bytes) / PASSES;
      } while (bytes > FEW && KernelCheck.now().problem().isEmpty() && System.nanoTime() - end < 0);
      System.out.println("outputs " + Arrays.hashCode(classifier.outputs(x).toArray()));
      System.out.println("bytes " + bytes);
      System.out.println("problem " + KernelCheck.now().problem());
      System.out.println("cure " + KernelCheck.now().cure());
    }
  }
}
