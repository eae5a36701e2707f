package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Sixteen threads, on however few cores: an end within the time limit, and a bounded memory for
 * each thread.
 */
@Isolated
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyThreadsTest {
  private static final Dataset IMAGES = new MnistSlice();
  private static final int MANY = 16;

  /**
   * What a further thread may allocate, in bytes: its scratch, 0.5 MB here, and the Java objects of
   * its thread. Values and gradients belong to the run.
   */
  private static final long LIMIT = 2L << 20;

  private static Network trained(int threads) {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 3);
    Trainer.of(network).batchSize(32).seed(3).threads(threads).fit(IMAGES.first(96));
    return network;
  }

  @Test
  void fit_sixteenThreads_allocatesLittleForEach() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long one = Long.MAX_VALUE;
    long many = Long.MAX_VALUE;
    for (int times = 0; times < 4; times++) { // code that is not compiled yet allocates, too
      long begin = threads.getTotalThreadAllocatedBytes();
      trained(1);
      long between = threads.getTotalThreadAllocatedBytes();
      trained(MANY);
      one = Math.min(one, between - begin);
      many = Math.min(many, threads.getTotalThreadAllocatedBytes() - between);
    }
    assertThat((many - one) / (MANY - 1)).as("bytes a thread").isLessThan(LIMIT);
  }
}
