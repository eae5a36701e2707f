package io.fovea.spark.documents;

import io.fovea.data.Images;
import io.fovea.network.Network;
import io.fovea.spark.score.Scorer;
import java.io.Serializable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/** What spark/README.md shows of scoring objects; {@link Score} is its program. */
final class Scoring {
  private Scoring() {}

  /** Any class of yours. */
  interface Photo extends Serializable {
    byte[] bytes();

    String name();
  }

  static JavaRDD<String> partitions(SparkSession spark, Network network, JavaRDD<Photo> photos) {
    Scorer scorer = Scorer.of(spark.sparkContext(), network);
    JavaRDD<String> names =
        photos.mapPartitions(
            part ->
                scorer.score(
                    part,
                    photo -> Images.read(photo.bytes(), photo.name()),
                    (photo, answer) -> answer.label()));
    return names;
  }
}
