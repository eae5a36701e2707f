package io.fovea.spark.documents;

import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.spark.data.SparkImages;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/** What spark/README.md shows of images. */
final class Loading {
  private Loading() {}

  static long images(SparkSession spark) throws Exception {
    SparkImages photos = SparkImages.folder(spark, "hdfs://data/photos");
    photos
        .decoded(Optional.of(new ImageSize(64, 64)), false)
        .shuffled(42)
        .write("hdfs://data/photos.parquet", 16);

    SparkImages train = SparkImages.read(spark, "hdfs://data/photos.parquet");
    Dataset all = train.collect("photos");
    JavaRDD<Dataset> shares = train.parts("photos", 4);
    return all.size() + shares.count();
  }
}
