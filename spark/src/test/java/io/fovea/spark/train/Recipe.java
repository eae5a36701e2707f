package io.fovea.spark.train;

import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.spark.Digits;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;

/** The run that the tests do in one process, and then on Spark. */
final class Recipe {
  static final int EPOCHS = 6;
  static final int BATCH = 50;

  private Recipe() {}

  /** 171 thousand parameters. */
  static Network pooled() {
    return Network.of(Zoo.named("pooled").graph(Shape.of(1, 28, 28), 10), Initializer.he(), 42L);
  }

  /**
   * Found by trying: with most settings rounding alone moves a loss by more than 1e-4 within fifty
   * steps, as soon as a ReLU or a maximum decides otherwise; on one process with accumulated half
   * batches, too.
   */
  static void apply(Trainer trainer) {
    trainer.optimizer(Sgd.of(0.01f).momentum(0.9f)).epochs(EPOCHS).batchSize(BATCH).seed(42);
  }

  /** What a single process hears of the run; the network is trained afterwards. */
  static Log single(Network network) {
    Log log = new Log();
    Trainer trainer = Trainer.of(network).threads(2);
    apply(trainer);
    trainer.test(Digits.test()).listener(log).fit(Digits.train());
    return log;
  }
}
