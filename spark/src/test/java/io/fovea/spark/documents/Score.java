package io.fovea.spark.documents;

import io.fovea.spark.score.FoveaModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Arguments: a model (.safetensors or .onnx), and a folder of pictures. */
public final class Score {
  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark = SparkSession.builder().appName("score").getOrCreate()) {
      FoveaModel model = FoveaModel.fromFile(arguments[0]); // or FoveaModel.of(network)
      Dataset<Row> files =
          spark.read().format("binaryFile").option("pathGlobFilter", "*.png").load(arguments[1]);
      model.transform(files).select("path", "predictedLabel", "probability").show(false);
    }
  }
}
