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

  /** The argument is the seconds of warming up. */
  public static void main(String[] arguments) {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 32, 32), 10), Initializer.he(), 1);
    Tensor x = Tensor.zeros(Shape.of(3, 32, 32), 1);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[x.offset() + i] = (float) RandomKey.of(3).normal(i);
    }
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.VECTOR)) {
      classifier.warmUp(Duration.ofSeconds(Long.parseLong(arguments[0])));
      var threads = ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);
      boolean isC1 = KernelCheck.now().problem().contains("C1 only"); // stays as it is
      long end = System.nanoTime() + (isC1 ? 0 : PATIENCE);
      long bytes;
      long microseconds;
      do { // until the replaced kernels are compiled
        bytes = threads.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        for (int pass = 0; pass < PASSES; pass++) {
          classifier.outputs(x);
        }
        microseconds = (System.nanoTime() - begin) / PASSES / 1000;
        bytes = (threads.getCurrentThreadAllocatedBytes() - bytes) / PASSES;
      } while (bytes > FEW && System.nanoTime() - end < 0);
      System.out.println("outputs " + Arrays.hashCode(classifier.outputs(x).toArray()));
      System.out.println("bytes " + bytes);
      System.out.println("microseconds " + microseconds);
      System.out.println("problem " + KernelCheck.now().problem());
      System.out.println("cure " + KernelCheck.now().cure());
    }
  }
}
