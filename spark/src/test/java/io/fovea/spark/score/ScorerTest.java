package io.fovea.spark.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import io.fovea.spark.Digits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;

class ScorerTest {
  private static final SparkSession SPARK = Given.spark();

  private static JavaRDD<Tuple2<String, byte[]>> named(List<Tuple2<String, byte[]>> files) {
    return JavaSparkContext.fromSparkContext(SPARK.sparkContext()).parallelize(files, 3);
  }

  @Test
  void score_partitionsOfObjects_answersAsTheClassifier() throws IOException {
    Network network = Given.digitsModel();
    Dataset digits = Digits.all();
    List<Tuple2<String, byte[]>> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      files.add(new Tuple2<>("p" + i, Images.png(digits.image(i))));
    }
    List<Prediction> answers =
        Given.answers(network, IntStream.range(0, 10).mapToObj(i -> digits.image(i)).toList());
    List<String> expected =
        IntStream.range(0, 10)
            .mapToObj(i -> "p" + i + " " + answers.get(i).probabilities())
            .toList();
    Scorer scorer = Scorer.of(SPARK.sparkContext(), network);
    List<String> scored =
        named(files)
            .mapPartitions(
                part ->
                    scorer.score(
                        part,
                        file -> Images.read(file._2(), file._1()),
                        (file, answer) -> file._1() + " " + answer.probabilities()))
            .collect();
    assertThat(scored).isEqualTo(expected);
  }

  @Test
  void score_unreadablePicture_failsTheJobWithItsName() throws IOException {
    Scorer scorer = Scorer.of(SPARK.sparkContext(), Given.digitsModel());
    JavaRDD<String> scored =
        named(List.of(new Tuple2<>("odd.png", new byte[0])))
            .mapPartitions(
                part ->
                    scorer.score(
                        part,
                        file -> Images.read(file._2(), file._1()),
                        (file, answer) -> answer.label()));
    assertThatThrownBy(scored::collect)
        .isInstanceOf(SparkException.class)
        .hasMessageContaining(
            "Scorer: image odd.png: expects a PNG, JPEG, BMP or GIF file, got an empty file; convert it");
  }

  /** Tasks one after the other get the same workspaces; tasks at the same time get their own. */
  @Test
  void sharedModel_borrowedAndGivenBack_keepsOneCopyOfTheWeights(@TempDir Path folder)
      throws IOException {
    ModelBytes bytes = ModelBytes.of(Given.colourModel());
    SharedModel model = SharedModel.of(bytes.digest(), bytes::bytes);
    assertThat(
            SharedModel.of(
                bytes.digest(),
                () -> {
                  throw new AssertionError("asked for bytes that are here");
                }))
        .isSameAs(model);
    int before = model.idle();
    Classifier first = model.borrow();
    Classifier second = model.borrow();
    assertThat(second).isNotSameAs(first);
    assertThat(first.threads()).isEqualTo(1);
    model.giveBack(first);
    model.giveBack(second);
    assertThat(model.idle()).isEqualTo(Math.max(before, 2));
  }
}
