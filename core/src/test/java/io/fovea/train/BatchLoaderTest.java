package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches loaded when they are needed and ahead: the same bits, the same errors. */
class BatchLoaderTest {
  private static final int BATCH = 10;
  private static final Dataset IMAGES = new MnistSlice().first(44);

  private static Trainer trainer(Network network, Augmentation augmentation, int threads) {
    return Trainer.of(network)
        .optimizer(Sgd.of(0.05f).momentum(0.9f))
        .augment(augmentation)
        .epochs(2)
        .batchSize(BATCH)
        .seed(5)
        .threads(threads);
  }

  /** A network that is described already, so that training reads no images before its steps. */
  private static Network described() {
    Network network = Runs.smallNetwork(3);
    network.describe(IMAGES);
    return network;
  }

  private static Weights trained(Dataset data, Augmentation augmentation, int threads) {
    Network network = described();
    trainer(network, augmentation, threads).fit(data);
    return network.weights();
  }

  @Test
  void fit_slowOrNot_anyNumberOfThreads_sameBits() {
    for (Augmentation augmentation : List.of(Augmentation.none(), new Shaken())) {
      Weights expected = trained(IMAGES, augmentation, 1);
      for (int threads = 1; threads <= 4; threads++) {
        String what = augmentation.text() + ", " + threads + " threads";
        Runs.assertSameBits(what, trained(IMAGES, augmentation, threads), expected);
        Runs.assertSameBits(
            what + ", slow", trained(new SlowImages(IMAGES), augmentation, threads), expected);
      }
    }
  }

  @Test
  void fit_augmented_differsFromPlain() {
    assertThat(
            Runs.differ(trained(IMAGES, Augmentation.none(), 1), trained(IMAGES, new Shaken(), 1)))
        .isTrue();
  }

  /** After a step, somebody waits until the images of the next one have been read. */
  private static int readAfterFirstStep(SlowImages data, int threads, int wanted) {
    int[] read = new int[1];
    trainer(described(), Augmentation.none(), threads)
        .listener(
            Runs.onStep(
                (training, step) -> {
                  if (step.step() == 1) {
                    long deadline = System.nanoTime() + 10_000_000_000L;
                    while (data.read.get() < wanted && System.nanoTime() < deadline) {
                      Thread.onSpinWait();
                    }
                    read[0] = data.read.get();
                    training.stop();
                  }
                }))
        .fit(data);
    return read[0];
  }

  @Test
  void fit_slowData_loadsOneBatchAhead() {
    SlowImages data = new SlowImages(IMAGES);
    assertThat(readAfterFirstStep(data, 2, 2 * BATCH)).isEqualTo(2 * BATCH);
    assertThat(data.read).hasValue(2 * BATCH);
  }

  @Test
  void fit_slowData_onOneThread_loadsWhenNeeded() {
    SlowImages data = new SlowImages(IMAGES);
    assertThat(readAfterFirstStep(data, 1, BATCH)).isEqualTo(BATCH);
    assertThat(data.readers).containsExactly(Thread.currentThread());
  }

  @Test
  void fit_ended_leavesNoThread() throws InterruptedException {
    SlowImages data = new SlowImages(IMAGES);
    trained(data, Augmentation.none(), 3);
    assertThat(data.readers).isNotEmpty();
    assertEnded(data);
  }

  private static void assertEnded(SlowImages data) throws InterruptedException {
    for (Thread reader : data.readers) {
      assertThat(reader.getName()).startsWith("fovea-loader-");
      reader.join(10_000);
      assertThat(reader.isAlive()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void fit_imageThatCannotBeRead_failsInItsStepWithItsMessage(int threads)
      throws InterruptedException {
    SlowImages data = new SlowImages(IMAGES, 17);
    List<Long> steps = new ArrayList<>();
    Trainer trainer =
        trainer(described(), Augmentation.none(), threads)
            .shuffle(false)
            .listener(Runs.onStep((training, step) -> steps.add(step.step())));
    assertThatThrownBy(() -> trainer.fit(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("image 17: the disk is gone; plug it in");
    assertThat(steps).containsExactly(1L);
    if (threads > 1) {
      assertEnded(data);
    }
  }
}
