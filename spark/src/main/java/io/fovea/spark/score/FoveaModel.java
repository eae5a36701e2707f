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
 * A trained classifier as a transformer of Spark ML: for a column of pictures it adds columns with
 * the index of the most probable class, its name, and the probabilities of all classes. The
 * predictions are those of {@link io.fovea.inference.Classifier}, bit for bit, for any
 * partitioning.
 *
 * <pre>{@code
 * FoveaModel model = FoveaModel.fromFile("digits.safetensors");
 * Dataset<Row> files = spark.read().format("binaryFile").load("pictures");
 * model.transform(files).select("path", "predictedLabel", "probability").show();
 * }</pre>
 *
 * <p>The picture column may contain bytes of PNG, JPEG, BMP or GIF files, the structs of Spark's
 * image source, raw bytes, arrays of float, double or int, or Spark ML's vectors; see the
 * parameters of {@link ScoringParams}. The model's file is broadcast once; tasks on an executor
 * share its weights; each computes in batches on its own thread.
 */
public final class FoveaModel extends ScoringParams<FoveaModel> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private static final System.Logger LOG = System.getLogger(FoveaModel.class.getName());

  private final String uid;
  private transient @Nullable ModelBytes model;
  private transient @Nullable Network network;
  private transient @Nullable ModelOnExecutors sent;
  private transient @Nullable SparkContext sentIn;

  /** A stage without a model, for Spark's reader of saved pipelines. */
  public FoveaModel(String uid) {
    super(uid);
    this.uid = uid;
  }

  private FoveaModel() {
    this(Identifiable$.MODULE$.randomUID("foveaModel"));
  }

  /**
   * A model with a copy of a network.
   *
   * @throws IllegalArgumentException if it has user-defined layers, which executors lack
   */
  public static FoveaModel of(Network network) {
    return new FoveaModel().with(ModelBytes.of(network), "of this program");
  }

  /**
   * A model from a file: safetensors in Fovea's format, or ONNX. Logs a warning if an ONNX file, as
   * those of other programs, states no preprocessing, because pixel/255 is then assumed.
   *
   * @param file a path or URI on any file system that Spark reaches; without a scheme, on the
   *     cluster's default one, or else the local one
   * @throws IllegalArgumentException if there is no such file, or it is not a model that Fovea can
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

  /** Sets the model of this stage after checking it. */
  FoveaModel with(ModelBytes bytes, String name) {
    network = bytes.network(name, warning -> LOG.log(System.Logger.Level.WARNING, warning));
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
    return InternalRowMapper.map(rows, scoring, ScoredSchema.after(this, network(), schema));
  }

  /** The broadcast of the model's bytes in a context, sent by the first transform. */
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
        "FoveaModel: has no model; create it by FoveaModel.of(network) or FoveaModel.fromFile(file), or load a saved one");
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

  /** Saves parameters and model into one folder, also as a part of a pipeline. */
  @Override
  public MLWriter write() {
    return new SavedModel.Writer(DefaultParamsWritable.super.write(), bytes());
  }

  /** A reader of models saved by {@link #write}, also used by Spark for pipelines. */
  public static MLReader<FoveaModel> read() {
    return new SavedModel.Reader();
  }

  /** Reads a model saved by {@link #write}. */
  public static FoveaModel load(String folder) {
    return read().load(folder);
  }
}
