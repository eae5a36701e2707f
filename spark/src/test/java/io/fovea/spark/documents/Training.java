package io.fovea.spark.documents;

import io.fovea.data.DataSets;
import io.fovea.network.Network;
import io.fovea.optim.Sgd;
import io.fovea.spark.train.SparkTrainer;
import io.fovea.train.History;
import io.fovea.train.Listener;
import org.apache.spark.sql.SparkSession;

/** What spark/README.md shows. */
final class Training {
  private Training() {}

  static History train(Network network, Listener listener) throws Exception {
    SparkSession spark = SparkSession.builder().getOrCreate();
    History history =
        SparkTrainer.of(spark, network)
            .setup(
                trainer ->
                    trainer
                        .optimizer(Sgd.of(0.05f).momentum(0.9f))
                        .epochs(3)
                        .batchSize(256)
                        .seed(42))
            .test(DataSets.mnist().test())
            .listener(listener)
            .fit(DataSets.mnist().train());
    return history;
  }
}
