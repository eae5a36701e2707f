package io.fovea.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Dataset;
import io.fovea.format.Models;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import io.fovea.spark.Digits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistenceTest {
  private static final SparkSession SPARK = Given.spark();

  @TempDir Path folder;

  /** Real digits as raw bytes, with their true labels as doubles. */
  private static org.apache.spark.sql.Dataset<Row> rows(Dataset digits) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < digits.size(); i++) {
      rows.add(RowFactory.create(i, Digits.bytes(digits, i), (double) digits.label(i)));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("pixels", DataTypes.BinaryType)
            .add("label", DataTypes.DoubleType);
    return SPARK.createDataFrame(rows, schema);
  }

  private static FoveaModel model(Network network) {
    return FoveaModel.of(network)
        .setInputCol("pixels")
        .setBytesAre("pixels")
        .setBatchSize(17)
        .setHandleInvalid("skip");
  }

  private static List<Prediction> predictions(
      Network network, org.apache.spark.sql.Dataset<Row> s) {
    return Given.predictions(network.labels(), s.orderBy("id").collectAsList());
  }

  @Test
  void pipeline_savedAndLoaded_answersAlike() throws IOException {
    Network network = Given.digitsModel();
    Dataset digits = Digits.all().first(20);
    List<Prediction> expected = Given.answers(network, digits);
    IndexToString names = new IndexToString().setInputCol("prediction").setOutputCol("name");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {model(network), names});
    String unfitted = folder.resolve("pipeline").toString();
    String fitted = folder.resolve("model").toString();

    pipeline.write().save(unfitted);
    PipelineModel model = Pipeline.load(unfitted).fit(rows(digits));
    assertThat(predictions(network, model.transform(rows(digits)))).isEqualTo(expected);

    model.write().save(fitted);
    model.write().overwrite().save(fitted);
    org.apache.spark.sql.Dataset<Row> scored = PipelineModel.load(fitted).transform(rows(digits));
    assertThat(predictions(network, scored)).isEqualTo(expected);
    assertThat(scored.filter("name = predictedLabel").count()).isEqualTo(20);
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);
    assertThat(accuracy).isGreaterThan(0.94);
  }

  @Test
  void saved_model_keepsParametersAndTheFile() throws IOException {
    Network network = Given.digitsModel();
    FoveaModel model = model(network);
    Path saved = folder.resolve("saved");
    model.write().save(saved.toString());

    FoveaModel loaded = FoveaModel.load(saved.toString());
    assertThat(loaded.uid()).isEqualTo(model.uid());
    assertThat(loaded.explainParams()).isEqualTo(model.explainParams());
    assertThat(loaded.labels()).isEqualTo(network.labels());
    Network file = Models.load(saved.resolve("model.safetensors"));
    assertThat(Given.answers(file, Digits.all().first(3)))
        .isEqualTo(Given.answers(network, Digits.all().first(3)));
  }

  @Test
  void saved_onnxModel_staysOnnx() throws IOException {
    Path onnx = folder.resolve("digits.onnx");
    io.fovea.format.onnx.Onnx.write(Given.digitsModel(), onnx);
    Path saved = folder.resolve("saved");
    FoveaModel.fromFile(onnx.toString()).write().save(saved.toString());
    assertThat(saved.resolve("model.onnx")).hasSameBinaryContentAs(onnx);
    assertThat(FoveaModel.load(saved.toString()).labels()).isEqualTo(Given.digitsModel().labels());
  }

  @Test
  void copy_withExtra_changesTheCopyAlone() throws IOException {
    FoveaModel model = model(Given.digitsModel());
    ParamMap extra = new ParamMap().put(model.predictionCol(), "p").put(model.batchSize(), 3);
    FoveaModel copy = model.copy(extra);
    assertThat(copy.uid()).isEqualTo(model.uid());
    assertThat(copy.getPredictionCol()).isEqualTo("p");
    assertThat(copy.getBatchSize()).isEqualTo(3);
    assertThat(copy.getInputCol()).isEqualTo("pixels");
    assertThat(model.getPredictionCol()).isEqualTo("prediction");
    org.apache.spark.sql.Dataset<Row> rows = rows(Digits.all().first(4));
    assertThat(copy.transform(rows).select("p").orderBy("id").collectAsList())
        .isEqualTo(model.transform(rows).select("prediction").orderBy("id").collectAsList());
    assertThat(model.transform(rows, extra).columns()).contains("p");
  }
}
