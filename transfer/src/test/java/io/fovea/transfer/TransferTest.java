package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.Pipeline;
import io.fovea.data.base.ImageSize;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.AnswerRule;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.DivergedException;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransferTest {
  private static final Dataset DIGITS = MnistDigits.small(80);
  private static final Backbone BACKBONE = MnistDigits.backbone();

  private static Transfer quick() {
    return Transfer.of(BACKBONE).augment(Pipeline.parse("shift:1")).views(2).epochs(2);
  }

  @Test
  void fit_allCandidates_makesAnOrdinaryNetworkOfTheChosenOne() {
    List<String> lines = new ArrayList<>();
    Transfer.Result result = quick().listener(TransferListener.lines(lines::add)).fit(DIGITS);

    assertThat(result.candidates())
        .extracting(Candidate::kind)
        .containsExactly(CandidateKind.FROZEN, CandidateKind.TUNED, CandidateKind.SCRATCH);
    assertThat(result.candidates()).filteredOn(Candidate::isChosen).hasSize(1);
    assertThat(result.validation()).isEqualTo(result.chosen().validation().orElseThrow());
    assertThat(result.validation().accuracy()).isGreaterThan(0.5);
    assertThat(result.train().accuracy()).isGreaterThan(0.7);
    assertThat(result.network().labels()).isEqualTo(DIGITS.classes());
    assertThat(lines)
        .contains(
            "candidates: frozen features, 2 views; tuned, 2 epochs; small network from scratch, 2 epochs",
            "each is judged by the same 80 photos, in 3 folds")
        .anyMatch(line -> line.startsWith("  frozen features, 2 views: fold 1 of 3"))
        .anyMatch(
            line ->
                line.startsWith(
                    "chosen: %s: %s; training on all 80 photos"
                        .formatted(result.chosen().name(), result.chosen().note())));
    assertThat(lines.getFirst())
        .matches("effort standard; here about: quick .+, standard .+, thorough .+");
    assertThat(lines.getLast()).as("60 or more").startsWith("none of these: ");
    assertThat(result.candidates())
        .filteredOn(one -> !one.isChosen())
        .allMatch(one -> one.note().startsWith("on the same 80 photos its loss is "));
    HeldOut held = result.heldOut();
    assertThat(held.photos()).doesNotHaveDuplicates().hasSize(result.chosen().photos());
    for (int i = 0; i < held.size(); i++) {
      assertThat(held.labels()[i]).isEqualTo(DIGITS.label(held.photos()[i]));
    }
    assertThat(result.accuracy()).isEqualTo(result.chosen().accuracy().orElseThrow());
    assertThat(result.chosen().kind()).isEqualTo(CandidateKind.FROZEN);
    assertThat(HeldOut.joined(List.of(held)).temperature().lossAfter())
        .as("the folds' logits differ from these by a factor, so the best temperature cancels it")
        .isCloseTo(result.validation().loss(), within(1e-4));
  }

  @Test
  void fit_frozen_isCalibratedAndKnowsItsKind() {
    Dataset few = DIGITS.first(60);
    List<String> lines = new ArrayList<>();
    Transfer.Result result =
        quick()
            .candidates(CandidateKind.FROZEN)
            .coverage(0.9)
            .listener(TransferListener.lines(lines::add))
            .fit(few);

    HeldOut held = result.heldOut();
    assertThat(held.distances()).hasSize(60);
    AnswerRule.OneLabel rule = (AnswerRule.OneLabel) result.network().answers().orElseThrow();
    assertThat(rule.coverage()).isEqualTo(0.9);
    AnswerRule.UnlikeShares unlike = rule.unlike().orElseThrow();
    double limit = rule.features().orElseThrow().limit();
    assertThat(unlike.own())
        .as("beyond the limit of a log-normal distribution, about 5 of 100")
        .isEqualTo((int) Arrays.stream(held.distances()).filter(d -> d > limit).count())
        .isBetween(1, 5);
    assertThat(lines.subList(lines.size() - 3, lines.size()))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("temperature ").endsWith(" on the held-out photos"),
            line ->
                assertThat(line)
                    .startsWith("answers: classes with ")
                    .contains(" % or more; for 90 % of new photos of this kind, the true one is"),
            line -> assertThat(line).isEqualTo("none of these: " + unlike));
    double[] own = held.ofTrueClass();
    assertThat(
            IntStream.range(0, 60)
                .filter(i -> own[i] < rule.least() || held.distances()[i] >= limit))
        .as("are not told their class: 6 = 61 x 0.1, less the threshold's own")
        .hasSize(5);
    try (Classifier classifier = Classifier.of(result.network())) {
      float[] pixels = new float[few.shape().elements()];
      List<Prediction> answers =
          IntStream.range(0, 60)
              .mapToObj(
                  i -> {
                    few.pixels(i, pixels, 0);
                    Tensor x = Tensor.of(few.shape(), 1, pixels.clone());
                    result.network().preprocessing().apply(x.array(), 0, x.elements());
                    return classifier.probabilities(x).getFirst();
                  })
              .toList();
      assertThat(answers)
          .filteredOn(one -> one.answer().orElseThrow().isUnlike())
          .hasSizeLessThan(6);
      Random random = new Random(1);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat() * 4 - 2;
      }
      Tensor noise = Tensor.of(few.shape(), 1, pixels);
      assertThat(classifier.probabilities(noise).getFirst().answer().orElseThrow().isUnlike())
          .isTrue();
    }
  }

  /** 59 photos are too few for any rule, 60 for one of 99 %, which needs 99. */
  @Test
  void fit_tooFewPhotosForARule_namesOneClassAndSaysWhy() {
    for (int count : new int[] {59, 60}) {
      List<String> lines = new ArrayList<>();
      Transfer.Result result =
          quick()
              .candidates(CandidateKind.FROZEN)
              .coverage(count == 59 ? 0.95 : 0.99)
              .listener(TransferListener.lines(lines::add))
              .fit(DIGITS.first(count));
      assertThat(result.network().answers()).isEmpty();
      assertThat(lines.getLast())
          .isEqualTo(
              "answers: one class only: %d held-out photos are too few for a rule; it needs %d"
                  .formatted(count, count == 59 ? 60 : 99));
      assertThat(lines.get(lines.size() - 2)).startsWith(count == 59 ? "chosen: " : "temperature ");
    }
  }

  /** HeadFitTest has the same of a solved last layer. */
  @Test
  void fit_tuningOnAnyThreads_givesTheSameBitsAndFreezesLayers() {
    Dataset few = DIGITS.first(40);
    Transfer tuning =
        quick()
            .candidates(CandidateKind.TUNED)
            .tuning(trainer -> trainer.freeze("conv1.*").until(1)); // the search sets its end
    Transfer.Result one = tuning.threads(1).fit(few);
    Transfer.Result three = tuning.threads(3).fit(few);
    assertSameBits(three.network(), one.network());
    assertThat(three.validation()).isEqualTo(one.validation());
    assertThat(one.network().weights().values("conv1.weight"))
        .isEqualTo(BACKBONE.classifier(DIGITS.classes()).weights().values("conv1.weight"));
  }

  @Test
  void fit_trainer_changesTheRecipesSettings() {
    Transfer diverging =
        quick()
            .candidates(CandidateKind.FROZEN, CandidateKind.TUNED)
            .trainer(trainer -> trainer.optimizer(Sgd.of(1e30f)));
    Transfer.Result result = diverging.fit(DIGITS.first(40));
    assertThat(result.candidates().getLast().note()).isEqualTo("diverged");
    assertThat(result.chosen().kind()).isEqualTo(CandidateKind.FROZEN);
    assertThat(result.chosen().note()).isEqualTo("the only candidate that did not diverge");
    assertThatThrownBy(() -> diverging.candidates(CandidateKind.TUNED).fit(DIGITS.first(40)))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("; lower the learning rate, which is ");
  }

  /** A machine that was idle while the search was estimated, and busy afterwards. */
  @Test
  void fit_slowedDown_isLateWithTheSameChoiceAndBits() {
    Dataset few = DIGITS.first(40);
    Transfer.Result alone = quick().epochs(1).fit(few);
    List<String> lines = new ArrayList<>();
    Transfer.Result late =
        quick()
            .epochs(1)
            .trainer(trainer -> trainer.listener(new Pause(lines)))
            .listener(TransferListener.lines(lines::add))
            .fit(few);

    assertThat(late.candidates().stream().map(TransferTest::withoutTime))
        .isEqualTo(alone.candidates().stream().map(TransferTest::withoutTime).toList())
        .hasSize(3);
    assertThat(late.heldOut().photos()).isEqualTo(alone.heldOut().photos());
    assertSameBits(late.network(), alone.network());
    assertThat(lines).anyMatch(line -> line.matches("chosen: .+, late: .+ of about .+"));
  }

  private static String rule(Network network) {
    return network.answers().orElseThrow().toString().replaceAll("@[0-9a-f]+", "");
  }

  private static void assertSameBits(Network one, Network other) {
    assertThat(one.graph().weights()).hasSameSizeAs(other.graph().weights());
    for (String name : other.weights().names()) {
      assertThat(one.weights().values(name)).isEqualTo(other.weights().values(name));
    }
  }

  @Test
  void onModelSoFar_isAsIfNothingElseWereTried_andTheResultAsWithoutIt() {
    Dataset few = DIGITS.first(60);
    List<Network> models = new ArrayList<>();
    TransferListener listener =
        new TransferListener() {
          @Override
          public void onModelSoFar(Candidate candidate, Network network) {
            assertThat(candidate.kind()).isEqualTo(CandidateKind.FROZEN);
            models.add(network.copy());
            network.publish(Weights.initial(network.graph(), Initializer.he(), 7)); // may be used
          }
        };
    Transfer.Result all = quick().epochs(1).listener(listener).fit(few);
    Transfer frozen = quick().candidates(CandidateKind.FROZEN).listener(listener);
    Transfer.Result only = frozen.fit(few);
    assertThat(models).as("none where nothing follows").hasSize(1);
    assertSameBits(models.getFirst(), only.network());
    assertThat(rule(models.getFirst())).isEqualTo(rule(only.network()));
    assertThat(models.getFirst().labels()).isEqualTo(DIGITS.classes());
    Transfer alone = quick().epochs(1).candidates(all.chosen().kind());
    assertSameBits(all.network(), alone.fit(few).network());
  }

  /** Waits after each step of a search that has begun. */
  private record Pause(List<String> lines) implements Listener {
    @Override
    public void onStep(Training training, StepReport step) {
      if (lines.stream().anyMatch(line -> line.startsWith("candidates: "))) {
        LockSupport.parkNanos(100_000_000);
      }
    }
  }

  private static Candidate withoutTime(Candidate one) {
    return new Candidate(
        one.name(), one.kind(), one.validation(), one.photos(), 0, one.note(), one.isChosen());
  }

  @Test
  void fit_timeLimit_takesTheLargestEffortThatFits() {
    Dataset few = DIGITS.first(40);
    Transfer frozen = quick().candidates(CandidateKind.FROZEN);
    assertThat(frozen.timeLimit(Duration.ofHours(1)).plan(few).effort()).isEqualTo(Effort.THOROUGH);
    List<String> lines = new ArrayList<>();
    Transfer tooShort =
        frozen.timeLimit(Duration.ofNanos(1)).listener(TransferListener.lines(lines::add));
    assertThat(tooShort.plan(few).effort()).isEqualTo(Effort.QUICK);
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith(
                    "the time limit of 0 s is too short: effort quick, the least, takes about "));
  }

  @Test
  void fitLastLayer_changesNothingElse() {
    LastLayer solved = quick().fitLastLayer(DIGITS);
    assertThat(solved.features()).isEqualTo(64);
    assertThat(solved.validation().orElseThrow().accuracy()).isGreaterThan(0.5);
    assertThat(solved.train().accuracy()).isGreaterThan(0.8);
    Network before = BACKBONE.classifier(DIGITS.classes());
    for (String name : before.weights().names()) {
      boolean isLast = name.startsWith("dense1.");
      assertThat(
              Arrays.equals(solved.network().weights().values(name), before.weights().values(name)))
          .as(name)
          .isEqualTo(!isLast);
    }
  }

  @Test
  void classifier_hasTheWeightsAndALastLayerOfZeros() {
    Network network = BACKBONE.classifier(List.of("even", "odd"));
    assertThat(network.labels()).containsExactly("even", "odd");
    assertThat(network.graph().output()).isEqualTo(Shape.of(2));
    assertThat(network.weights().values("dense1.weight")).containsOnly(0).hasSize(128);
    assertThat(BACKBONE.withSize(new ImageSize(32, 40)).classifier(List.of("a", "b")).graph())
        .satisfies(graph -> assertThat(graph.input()).isEqualTo(Shape.of(1, 40, 32)));
  }

  private static Dataset photos(int count, int... labels) {
    return new PixelDataset(
        "photos",
        Shape.of(1, 14, 14),
        List.of("cat", "dog"),
        new byte[count][196],
        labels,
        null,
        Framing.STRETCH);
  }

  private static void assertRefused(Dataset photos, String message) {
    assertThatThrownBy(() -> quick().fit(photos))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void fit_wrongPhotos_areRefused() {
    assertRefused(photos(0), "transfer: photos has no photos; give 2 or more of each class");
    assertRefused(
        photos(1, 0),
        "candidates: expect 2 training photos or more, since some are held out, got 1; give more photos");
    assertRefused(
        photos(3, 1, 1, 1),
        "transfer: expects photos of 2 classes or more, all 3 are of \"dog\"; give some of another class");
    assertThatThrownBy(() -> Transfer.of(BACKBONE.withSize(new ImageSize(32, 32))).fit(DIGITS))
        .hasMessageContaining(" has photos of 1x14x14, network expects 1x32x32; open them")
        .hasMessageEndingWith(
            "by Backbone.open, which gives this size, or change the backbone's by withSize");
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatThrownBy(() -> quick().candidates())
        .hasMessage(
            "transfer: expects one candidate or more, got none; give FROZEN, TUNED or SCRATCH");
    assertThatThrownBy(() -> quick().views(0))
        .hasMessage("transfer: views must be at least 1, got 0");
    assertThatThrownBy(() -> quick().timeLimit(Duration.ZERO))
        .hasMessage(
            "transfer: the time limit must be above 0, got PT0S; give one such as Duration.ofMinutes(10), or an effort");
  }
}
