package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.MultiLabelScores;
import io.fovea.network.AnswerRule;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.optim.Sgd;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training on images of several labels, from the loss to the thresholds. */
class SeveralLabelsTrainingTest {
  private static final Shape SHAPE = Shape.of(1, 2, 2);

  /** Four noisy pixels, each of which is a class where it is bright. */
  private static Dataset lamps(String name, int count) {
    float[][] pixels = new float[count][4];
    List<List<Integer>> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomKey key = RandomKey.of(1).with(name).with(i);
      labels.add(new ArrayList<>());
      for (int k = 0; k < 4; k++) {
        boolean isOn = key.uniform(k) < 0.4;
        pixels[i][k] = (float) Math.floor((isOn ? 140 : 60) + 50 * key.uniform(4 + k));
        if (isOn) {
          labels.getLast().add(k);
        }
      }
    }
    return new FewImages(name, SHAPE, 4, new int[count], pixels).withLabels(labels);
  }

  private static Network network() {
    return Network.input(1, 2, 2).flatten().dense(4).build(Initializer.he(), 1);
  }

  private static Trainer trainer(Network network) {
    return Trainer.of(network)
        .loss(new SigmoidCrossEntropy())
        .optimizer(Sgd.of(2).momentum(0.9f))
        .epochs(20)
        .batchSize(16)
        .threads(1);
  }

  @Test
  void fit_validation_givesMeanApAndThresholdsOfTheBestEpoch() {
    Dataset held = lamps("held", 60);
    Network network = network();
    History history = trainer(network).validation(held).keepBest(true).fit(lamps("lamps", 200));
    EpochReport.Score last = history.epochs().getLast().validation().orElseThrow();
    assertThat(last.isMeanAp()).isTrue();
    assertThat(last.accuracy()).isGreaterThan(0.95);
    assertThat(history.epochs().getLast().trainAccuracy()).isBetween(0.8, 0.95); // some have none
    MultiLabelScores scores = Evaluation.of(network, held).multiLabel().orElseThrow();
    AnswerRule.SeveralLabels rule = scores.rule();
    assertThat(network.answers()).contains(rule);
    Dataset fresh = lamps("fresh", 50);
    int right = 0;
    try (Classifier classifier = Classifier.of(network)) {
      for (int i = 0; i < fresh.size(); i++) {
        Prediction.Answer answer = classifier.classify(fresh.image(i)).answer().orElseThrow();
        float[] shares = new float[4];
        fresh.shares(i, shares, 0);
        boolean isSame = true;
        for (int k = 0; k < 4; k++) {
          isSame &= answer.labels().contains("class " + k) == (shares[k] == 1);
        }
        right += isSame ? 1 : 0;
      }
    }
    assertThat(right).isGreaterThan(40);
  }

  @Test
  void fit_withoutValidation_hasTheUsualThresholds() {
    Network network = network();
    trainer(network).epochs(1).fit(lamps("lamps", 40));
    assertThat(network.answers()).contains(AnswerRule.SeveralLabels.usual(4));
  }

  @Test
  void resume_givesTheSameBitsAndThresholds() {
    Dataset data = lamps("lamps", 64);
    Dataset held = lamps("held", 30);
    Network whole = network();
    trainer(whole).validation(held).epochs(3).keepBest(true).fit(data);
    Network part = network();
    Runs.Log log = new Runs.Log();
    trainer(part).validation(held).epochs(3).until(8).keepBest(true).listener(log).fit(data);
    Network rest = network();
    trainer(rest)
        .validation(held)
        .epochs(3)
        .keepBest(true)
        .resume(log.checkpoints.get(log.checkpoints.size() - 1))
        .fit(data);
    assertThat(rest.answers()).isEqualTo(whole.answers()).isPresent();
    String name = whole.weights().names().iterator().next();
    assertThat(rest.weights().values(name)).isEqualTo(whole.weights().values(name));
  }

  @Test
  void fit_inAGroup_isRefused() {
    Dataset data = lamps("lamps", 64);
    assertThatThrownBy(
            () -> ThreadGroups.run(2, group -> trainer(network()).group(group).fit(data)))
        .hasMessage(
            "train: lamps has images of several labels, on which a single process trains, got a"
                + " group of 2; leave the group out");
  }
}
