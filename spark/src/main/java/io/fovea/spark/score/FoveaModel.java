package io.fovea.spark.score;

import io.fovea.network.Network;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.reflect.ClassTag$;

/**
 * A trained classifier as a transformer of Spark ML: a column of pictures in, columns with the
 * index of the most probable class, its name and the probabilities of all classes out. The answers
 * are those of {@link io.fovea.inference.Classifier}, bit for bit, however the rows are
 * partitioned.
 *
 * <pre>{@code
 * FoveaModel model = FoveaModel.fromFile("digits.safetensors");
 * Dataset<Row> files = spark.read().format("binaryFile").load("pictures");
 * model.transform(files).select("path", "predictedLabel", "probability").show();
 * }</pre>
 *
 * <p>The picture column may hold bytes of PNG, JPEG, BMP or GIF files, the structs of Spark's image
 * source, raw bytes, arrays of float, double or int, or Spark ML's vectors; see the parameters of
 * {@link ScoringParams}. The file of the model is broadcast once; tasks on an executor share its
 * weights; each computes on its own thread alone, in batches.
 */
public final class FoveaModel extends ScoringParams<FoveaModel> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private transient @Nullable ModelBytes model;
  private transient @Nullable Network network;
  private transient @Nullable ModelOnExecutors sent;
  private transient @Nullable SparkContext sentIn;

  /** For Spark, which reads saved pipelines by it: a stage without a model. */
  public FoveaModel(String uid) {
    super(uid);
    this.uid = uid;
  }

  private FoveaModel() {
    this(Identifiable$.MODULE$.randomUID("foveaModel"));
  }

  /**
   * A network as it is now.
   *
   * @throws IllegalArgumentException if it has layers of your own, which executors do not know
   */
  public static FoveaModel of(Network network) {
    return new FoveaModel().with(ModelBytes.of(network), "of this program");
  }

  /**
   * A model file: safetensors as Fovea writes it, or ONNX.
   *
   * @param file a path or address on any file system that Spark reaches; without a scheme, on the
   *     cluster's default one, which is the local one where none is set
   * @throws IllegalArgumentException if there is no such file, or it is no model that Fovea can
   *     compute
   */
  public static FoveaModel fromFile(String file) {
    try {
      return new FoveaModel()
          .with(ModelBytes.of(SavedModel.read(SparkSession.active(), file)), file);
    } catch (IOException failure) {
      throw new IllegalArgumentException(
          "FoveaModel: cannot read the model %s: %s; give a .safetensors or .onnx file"
              .formatted(file, failure.getMessage()),
          failure);
    }
  }

  /** Gives this stage its model, once it is clear that it is one. */
  FoveaModel with(ModelBytes bytes, String name) {
    network = bytes.network(name);
    model = bytes;
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The names of the classes; predictions are indices into this list. */
  public List<String> labels() {
    return network().labels();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ScoredSchema.column(this, network(), schema);
    return ScoredSchema.after(this, network(), schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    StructType schema = rows.schema();
    PartitionScoring scoring =
        new PartitionScoring(
            sent(rows.sparkSession().sparkContext()),
            ScoredSchema.column(this, network(), schema),
            ScoredSchema.answers(this),
            getBatchSize(),
            Invalid.of(getHandleInvalid()));
    return WholeRows.map(rows, scoring, ScoredSchema.after(this, network(), schema));
  }

  /** The model's bytes on their way to the executors of a context, sent by the first transform. */
  private synchronized ModelOnExecutors sent(SparkContext context) {
    ModelOnExecutors present = sent;
    if (present == null || !context.equals(sentIn)) {
      ModelBytes bytes = bytes();
      Broadcast<byte[]> broadcast =
          context.broadcast(bytes.bytes(), ClassTag$.MODULE$.apply(byte[].class));
      present = new ModelOnExecutors(bytes.digest(), broadcast);
      sent = present;
      sentIn = context;
    }
    return present;
  }

  private Network network() {
    Network present = network;
    if (present == null) {
      throw withoutModel();
    }
    return present;
  }

  private ModelBytes bytes() {
    ModelBytes present = model;
    if (present == null) {
      throw withoutModel();
    }
    return present;
  }

  private static IllegalStateException withoutModel() {
    return new IllegalStateException(
        "FoveaModel: has no model; make it by FoveaModel.of(network) or FoveaModel.fromFile(file), or load a saved one");
  }

  /** A copy with further parameters, of the same model, which is not sent again. */
  @Override
  public synchronized FoveaModel copy(ParamMap extra) {
    FoveaModel copy = new FoveaModel(uid);
    copy.model = model;
    copy.network = network;
    copy.sent = sent;
    copy.sentIn = sentIn;
    return copyValues(copy, extra);
  }

  /** Saves parameters and model into one folder; a part of a pipeline, too. */
  @Override
  public MLWriter write() {
    return new SavedModel.Writer(DefaultParamsWritable.super.write(), bytes());
  }

  /** Reads what {@link #write} has saved; also how Spark reads it as a part of a pipeline. */
  public static MLReader<FoveaModel> read() {
    return new SavedModel.Reader();
  }

  /** Reads what {@link #write} has saved. */
  public static FoveaModel load(String folder) {
    return read().load(folder);
  }
}
