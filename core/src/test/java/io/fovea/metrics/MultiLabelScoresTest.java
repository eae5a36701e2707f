package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.golden.Golden;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MultiLabelScoresTest {
  private static BitSet members(int... truth) {
    BitSet members = new BitSet();
    for (int n = 0; n < truth.length; n++) {
      members.set(n, truth[n] == 1);
    }
    return members;
  }

  private static MultiLabelScores one(float[] p, int... truth) {
    return new MultiLabelScores(new float[][] {p}, new BitSet[] {members(truth)});
  }

  @Test
  void averagePrecision_examplesOfScikitLearn_agree() {
    // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) in its documentation: 0.83
    assertThat(one(new float[] {0.1f, 0.4f, 0.35f, 0.8f}, 0, 0, 1, 1).averagePrecision(0))
        .hasValueCloseTo(5.0 / 6, within(1e-15));
    // its example of several classes, y = [0, 0, 1, 1, 2, 2]: 0.77
    float[][] p = {
      {0.7f, 0.4f, 0.1f, 0.2f, 0.4f, 0.1f},
      {0.2f, 0.3f, 0.8f, 0.3f, 0.4f, 0.2f},
      {0.1f, 0.3f, 0.1f, 0.5f, 0.2f, 0.7f},
    };
    BitSet[] members = {
      members(1, 1, 0, 0, 0, 0), members(0, 0, 1, 1, 0, 0), members(0, 0, 0, 0, 1, 1)
    };
    assertThat(new MultiLabelScores(p, members).meanAveragePrecision())
        .isCloseTo(0.77, within(0.01));
  }

  @Test
  void averagePrecisionAndF1_ofTheDefinitionInFractions_agree() {
    for (JsonNode golden : Golden.json("average-precision.json").get("cases")) {
      float[] p = new float[golden.get("scores").size()];
      int[] truth = new int[p.length];
      for (int n = 0; n < p.length; n++) {
        p[n] = (float) golden.get("scores").get(n).asDouble();
        truth[n] = golden.get("truth").get(n).asInt();
      }
      MultiLabelScores scores = one(p, truth);
      assertThat(scores.averagePrecision(0))
          .hasValueCloseTo(golden.get("averagePrecision").asDouble(), within(1e-12));
      assertThat(scores.at(0, scores.bestThreshold(0)).f1())
          .as("F1 at the best threshold of %d images", p.length)
          .isCloseTo(golden.get("bestF1").asDouble(), within(1e-12));
    }
  }

  @Test
  void classWithoutImages_isLeftOutOfTheMean_andHasTheUsualThreshold() {
    MultiLabelScores scores =
        new MultiLabelScores(
            new float[][] {{0.75f, 0.25f}, {0.9f, 0.8f}}, new BitSet[] {members(1, 0), members()});
    assertThat(scores.averagePrecision(1)).isEmpty();
    assertThat(scores.bestThreshold(1)).isEqualTo(0.5);
    assertThat(scores.meanAveragePrecision()).isEqualTo(1);
    assertThat(scores.at(1, 0.85)).isEqualTo(new MultiLabelScores.Decisions(0, 1, 0));
    assertThat(scores.at(1, 0.85).recall()).isZero();
    assertThat(one(new float[] {0.5f}, 0).meanAveragePrecision()).isZero();
  }

  @Test
  void bestThreshold_isMidwayToTheNextProbability() {
    assertThat(one(new float[] {0.75f, 0.25f, 0.125f}, 1, 0, 0).bestThreshold(0)).isEqualTo(0.5);
    assertThat(one(new float[] {0.5f, 0.25f}, 1, 1).bestThreshold(0)).isEqualTo(0.125);
  }
}
