package io.fovea.train;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.RefusedException;
import io.fovea.network.Weights;
import io.fovea.optim.Adam;
import io.fovea.optim.Clipping;
import io.fovea.optim.Plateau;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A checkpoint holds all of a run; another run is refused; the best weights and the early end. */
class ResumeTest {
  private static final Dataset IMAGES = new MnistSlice();
  private static final Dataset TRAIN = IMAGES.first(50);
  private static final Dataset VALIDATION = mislabelled(500, 6);

  private static Network network(long seed) {
    return Network.input(1, 28, 28)
        .conv2d(4, 3)
        .batchNorm2d()
        .relu()
        .maxPool2d(4)
        .flatten()
        .dropout(0.3)
        .dense(12)
        .relu()
        .dense(10)
        .build(Initializer.he(), seed);
  }

  /** The more a network learns, the larger is its loss on these: the first epoch is the best. */
  private static Dataset mislabelled(int from, int count) {
    int[] labels = new int[count];
    float[][] pixels = new float[count][784];
    for (int i = 0; i < count; i++) {
      labels[i] = (IMAGES.label(from + i) + 1) % 10;
      IMAGES.pixels(from + i, pixels[i], 0);
    }
    return new FewImages("validation", Shape.of(1, 28, 28), 10, labels, pixels);
  }

  private static Trainer everything(Network network) {
    return Trainer.of(network)
        .optimizer(Sgd.of(0.3f).momentum(0.9f))
        .schedule(new Plateau(0, 0.5, 0.5, 1, 0).warmUp(2))
        .loss(new SoftmaxCrossEntropy(0.1))
        .clipping(Clipping.norm(2))
        .average(0.5)
        .accumulate(2)
        .batchSize(10)
        .freeze("conv1.*")
        .validation(VALIDATION)
        .keepBest(true)
        .earlyStop(3)
        .epochs(8)
        .seed(9);
  }

  /** 50 images are 3 steps an epoch, the last one of 10 images in a single batch. */
  @Test
  void resume_fromEveryStepOfARunWithEverything_givesTheSameBits() {
    Network whole = network(3);
    Runs.Log log = new Runs.Log();
    History history = everything(whole).threads(2).listener(log).fit(TRAIN);
    assertThat(log.steps.getLast().learningRate())
        .as("the plateau has lowered the rate")
        .isLessThan(log.steps.get(2).learningRate());
    assertThat(history.best().epoch())
        .as("not simply the last")
        .isLessThan(history.epochs().size());
    for (Checkpoint checkpoint : log.checkpoints) {
      String what = "resumed at " + checkpoint.position();
      assertThat(checkpoint.average()).as(what).isPresent();
      Network resumed = network(77);
      Runs.Log rest = new Runs.Log();
      // The graph's frozen weights come from the checkpoint, too.
      History continued =
          everything(resumed).threads(3).resume(checkpoint).listener(rest).fit(TRAIN);
      Runs.assertSameBits(what, resumed.weights(), whole.weights());
      assertThat(Runs.timeless(continued.epochs())).isEqualTo(Runs.timeless(history.epochs()));
      assertThat(continued.stoppedEarly()).isEqualTo(history.stoppedEarly());
      assertThat(continued.steps()).isEqualTo(history.steps());
      if (!rest.checkpoints.isEmpty()) {
        Checkpoint last = rest.checkpoints.getLast();
        Runs.assertSameBits(what, last.weights(), log.checkpoints.getLast().weights());
        Runs.assertSameBits(
            what, last.average().orElseThrow(), log.checkpoints.getLast().average().orElseThrow());
      }
    }
  }

  @Test
  void keepBest_endsWithTheWeightsOfTheBestEpoch() {
    Network network = network(3);
    List<Weights> ends = new ArrayList<>();
    History history =
        everything(network)
            .listener(
                new Listener() {
                  @Override
                  public void onEpoch(Training training, EpochReport epoch) {
                    ends.add(training.network().weights());
                  }
                })
            .fit(TRAIN);
    Runs.assertSameBits("best", network.weights(), ends.get(history.best().epoch() - 1));
    double lowest =
        history.epochs().stream()
            .mapToDouble(e -> e.validation().orElseThrow().loss())
            .min()
            .orElseThrow();
    assertThat(history.best().validationLoss()).isEqualTo(lowest);
  }

  /** No gradient, so every epoch is like the first. */
  private static Trainer idle() {
    return Trainer.of(Runs.smallNetwork(1))
        .loss(Runs.nothing())
        .validation(VALIDATION)
        .epochs(9)
        .earlyStop(2);
  }

  @Test
  void earlyStop_noEpochBetterThanTheFirst_endsAfterPatience() {
    Runs.Log log = new Runs.Log();
    History history = idle().listener(log).fit(TRAIN);
    assertThat(history.epochs()).hasSize(3);
    assertThat(history.best().epoch()).isEqualTo(1);
    assertThat(history.stoppedEarly()).isTrue();
    assertThat(history.stopped()).isTrue();
    History again = idle().resume(log.checkpoints.getLast()).fit(TRAIN);
    assertThat(again.steps()).as("nothing is left to do").isEqualTo(history.steps());
    assertThat(again.stoppedEarly()).isTrue();
  }

  private static void assertRefused(
      Checkpoint checkpoint, String message, Consumer<Trainer> change) {
    Trainer trainer = everything(network(3));
    change.accept(trainer);
    assertThatThrownBy(() -> trainer.resume(checkpoint).fit(TRAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "resume: the checkpoint was written with "
                + message
                + "; resume with the same, or start a new run");
    assertThatThrownBy(() -> Resumption.check(trainer, TRAIN))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.problem())
                    .isEqualTo("the checkpoint was written with " + message));
  }

  @Test
  void resume_withOtherSettings_isRefusedByName() {
    Runs.Log log = new Runs.Log();
    everything(network(3)).epochs(1).listener(log).fit(TRAIN);
    Checkpoint c = log.checkpoints.getLast();
    assertRefused(
        c,
        "optimizer settings learning rate 0.3, momentum 0.9, weight decay 0.0, this run has learning rate 0.2, momentum 0.9, weight decay 0.0",
        trainer -> trainer.optimizer(Sgd.of(0.2f).momentum(0.9f)));
    assertRefused(
        c,
        "schedule plateau (patience 0, factor 0.5, threshold 0.5, cooldown 1, least 0.0) after a warm-up of 2 steps, this run has cosine over 24 steps",
        trainer -> trainer.schedule(Schedule.cosine()));
    assertRefused(
        c,
        "loss softmax cross-entropy, label smoothing 0.1, this run has mean squared error",
        trainer -> trainer.loss(new MeanSquaredError()));
    assertRefused(c, "l2 0.0, this run has 0.5", trainer -> trainer.l2(0.5f));
    assertRefused(
        c, "batch size 10, this run has 20", trainer -> trainer.batchSize(20).accumulate(1));
    assertRefused(
        c, "clipping norm 2.0, this run has none", trainer -> trainer.clipping(Clipping.none()));
    assertRefused(c, "average decay 0.5, this run has decay 0.7", trainer -> trainer.average(0.7));
    assertRefused(c, "shuffling on, this run has off", trainer -> trainer.shuffle(false));
    assertRefused(c, "early stopping 3 epochs, this run has none", trainer -> trainer.earlyStop(0));
    assertRefused(
        c, "best weights kept, this run has not kept", trainer -> trainer.keepBest(false));
    assertRefused(
        c, "augmentation none, this run has shaken", trainer -> trainer.augment(new Shaken()));
    assertRefused(c, "seed 9, this run has 8", trainer -> trainer.seed(8));
    assertRefused(
        c, "optimizer sgd, this run has adam", trainer -> trainer.optimizer(Adam.of(0.1f)));
    assertRefused( // whose sums are rounded differently
        c,
        "kernels vector, bits 3, this run has vector-direct, bits 3",
        trainer -> trainer.kernels(KernelSet.VECTOR_DIRECT));
    assertRefused(
        c,
        "rates of parameters none, this run has conv* x 0.25",
        trainer -> trainer.rate("conv*", 0.25));
    Trainer more = everything(network(3)).freeze("bn1.bias");
    assertThatThrownBy(() -> more.resume(c).fit(TRAIN))
        .hasMessageContaining(
            "frozen weights [conv1.weight, conv1.bias], this run has [conv1.weight, conv1.bias, bn1.bias]");
    Trainer other = everything(network(3)).validation(IMAGES.first(5));
    assertThatThrownBy(() -> other.resume(c).fit(TRAIN))
        .hasMessageMatching(
            ".*written with validation data 6 images of 1x28x28, crc32c [0-9a-f]{8}, this run has 5 images.*");
  }

  @Test
  void resume_ofAnotherNetworkOfTheSameShapes_isRefused() {
    Runs.Log log = new Runs.Log();
    Trainer.of(Runs.smallNetwork(1)).epochs(1).listener(log).fit(TRAIN);
    Checkpoint c = log.checkpoints.getLast();
    Network dropsMore =
        Network.input(1, 28, 28)
            .conv2d(5, 3, padding(1))
            .relu()
            .maxPool2d(4)
            .flatten()
            .dropout(0.4)
            .dense(20)
            .relu()
            .dropout(0.5)
            .dense(10)
            .build(Initializer.he(), 1);
    assertThatThrownBy(() -> Trainer.of(dropsMore).resume(c).fit(TRAIN))
        .hasMessageMatching(
            "resume: the checkpoint was written with network of 9 layers, crc32c [0-9a-f]{8}, this run has of 9 layers, crc32c [0-9a-f]{8}; resume with the same, or start a new run");
    Network scaled = Runs.smallNetwork(1);
    scaled.publish(scaled.weights(), Preprocessing.standard(TRAIN), scaled.labels());
    assertThatThrownBy(() -> Trainer.of(scaled).resume(c).fit(TRAIN))
        .hasMessageContaining("the checkpoint was written with preprocessing ");
  }

  @Test
  void resume_ofAnEarlierBitVersion_saysWhatStillWorks() {
    Runs.Log log = new Runs.Log();
    Trainer.of(Runs.smallNetwork(1)).listener(log).fit(TRAIN);
    Checkpoint now = log.checkpoints.getLast();
    assertThat(now.bits()).isEqualTo(Checkpoint.BITS);
    Checkpoint before = Runs.withKernels(now, "vector 8");
    assertThatThrownBy(() -> Trainer.of(Runs.smallNetwork(1)).epochs(2).resume(before).fit(TRAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "resume: the run has bit version 1, this Fovea computes bit version 3, so the last digits would differ; only the Fovea that made the run can resume or verify it, but its model predicts as before, and another training can begin with its weights");
    assertThat(Runs.withKernels(now, "vector, bits 17").bits()).isEqualTo(17);
  }

  /** The rate's course does not depend on the length, so a finished run may go on. */
  @Test
  void resume_withMoreEpochsOfAConstantRate_goesOn() {
    Runs.Log log = new Runs.Log();
    Network whole = Runs.smallNetwork(1);
    Trainer.of(whole).epochs(2).fit(TRAIN);
    Trainer.of(Runs.smallNetwork(1)).epochs(1).listener(log).fit(TRAIN);
    Network resumed = Runs.smallNetwork(2);
    Trainer.of(resumed).epochs(2).resume(log.checkpoints.getLast()).fit(TRAIN);
    Runs.assertSameBits("longer", resumed.weights(), whole.weights());
  }

  @Test
  void best_withoutValidation_isTheLatest() {
    History history = Trainer.of(Runs.smallNetwork(1)).epochs(2).fit(TRAIN);
    assertThat(history.best()).isEqualTo(new BestEpoch(2, Double.POSITIVE_INFINITY));
    assertThat(BestEpoch.of(List.of()).epoch()).isZero();
  }
}
