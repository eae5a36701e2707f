package io.fovea.spark.score;

import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import scala.Function1;

/**
 * The parameters of {@link FoveaModel}, in the style of Spark ML's stages.
 *
 * @param <S> the stage's type, which setters return
 */
public abstract class ScoringParams<S extends ScoringParams<S>> extends Transformer {
  private static final long serialVersionUID = 1;

  private final Param<String> inputCol;
  private final Param<String> predictionCol;
  private final Param<String> predictedLabelCol;
  private final Param<String> probabilityCol;
  private final Param<String> errorCol;
  private final Param<String> bytesAre;
  private final Param<String> numbersAre;
  private final Param<String> channelOrder;
  private final Param<String> handleInvalid;
  private final IntParam batchSize;
  private final String uid;

  ScoringParams(String uid) {
    this.uid = uid;
    inputCol = text("inputCol", "the column with the pictures", "content");
    predictionCol =
        text(
            "predictionCol",
            "added column: index of the most probable class (double); empty: none",
            "prediction");
    predictedLabelCol =
        text(
            "predictedLabelCol",
            "added column: name of the most probable class; empty: none",
            "predictedLabel");
    probabilityCol =
        text(
            "probabilityCol",
            "added column: probabilities of all classes (vector); empty: none",
            "probability");
    errorCol =
        text("errorCol", "added column: why a row has no prediction, else null; empty: none", "");
    bytesAre =
        choice(
            "bytesAre",
            "format of binary values: files (PNG, JPEG, BMP, GIF) or pixels (one byte each)",
            "files",
            "pixels");
    numbersAre =
        choice(
            "numbersAre",
            "meaning of numbers: pixels (0 to 255, scaled by the model) or inputs (already scaled)",
            "pixels",
            "inputs");
    channelOrder =
        choice(
            "channelOrder",
            "order of numbers and raw bytes: last (H, W, C) or first (C, H, W)",
            "last",
            "first");
    handleInvalid =
        choice(
            "handleInvalid",
            "rows whose picture cannot be scored: error, skip, or keep without a prediction",
            "error",
            "skip",
            "keep");
    Function1<Object, Object> valid = value -> requireBatchSize((Integer) value);
    batchSize = new IntParam(uid, "batchSize", "batch size in rows; 0: automatic, 32 to 64", valid);
    setDefault(batchSize, 0);
  }

  private Param<String> text(String name, String about, String otherwise) {
    Param<String> param = new Param<>(uid, name, about);
    setDefault(param, otherwise);
    return param;
  }

  /** The first of the choices is the default. */
  private Param<String> choice(String name, String about, String... choices) {
    List<String> all = List.of(choices);
    Function1<String, Object> valid =
        value -> {
          if (!all.contains(value)) {
            throw new IllegalArgumentException(
                "FoveaModel: %s expects %s, got %s"
                    .formatted(name, String.join(" or ", all), value));
          }
          return true;
        };
    Param<String> param = new Param<>(uid, name, about, valid);
    setDefault(param, choices[0]);
    return param;
  }

  private static boolean requireBatchSize(int value) {
    if (value < 0 || value > 65_536) {
      throw new IllegalArgumentException(
          "FoveaModel: batchSize expects 0 (automatic) or 1 to 65536 rows, got " + value);
    }
    return true;
  }

  @SuppressWarnings("unchecked") // subclasses name themselves
  private <T> S with(Param<T> param, T value) {
    Params same = set(param, value);
    return (S) same;
  }

  /** The column with the pictures; the default {@code content} is that of {@code binaryFile}. */
  public Param<String> inputCol() {
    return inputCol;
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public S setInputCol(String value) {
    return with(inputCol, value);
  }

  /** The added column with the index of the most probable class, a double; empty for none. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  public String getPredictionCol() {
    return getOrDefault(predictionCol);
  }

  public S setPredictionCol(String value) {
    return with(predictionCol, value);
  }

  /** The added column with the name of the most probable class; empty for none. */
  public Param<String> predictedLabelCol() {
    return predictedLabelCol;
  }

  public String getPredictedLabelCol() {
    return getOrDefault(predictedLabelCol);
  }

  public S setPredictedLabelCol(String value) {
    return with(predictedLabelCol, value);
  }

  /** The added column with the probabilities of all classes, a vector; empty for none. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  public String getProbabilityCol() {
    return getOrDefault(probabilityCol);
  }

  public S setProbabilityCol(String value) {
    return with(probabilityCol, value);
  }

  /**
   * The added column with the reason for a row without a prediction ({@code handleInvalid} is
   * {@code keep}), else null; empty, the default, for none.
   */
  public Param<String> errorCol() {
    return errorCol;
  }

  public String getErrorCol() {
    return getOrDefault(errorCol);
  }

  public S setErrorCol(String value) {
    return with(errorCol, value);
  }

  /**
   * The format of binary values: {@code files} (PNG, JPEG, BMP, GIF; of any size, fitted to the
   * model) or {@code pixels}, a byte for each input of the model.
   */
  public Param<String> bytesAre() {
    return bytesAre;
  }

  public String getBytesAre() {
    return getOrDefault(bytesAre);
  }

  public S setBytesAre(String value) {
    return with(bytesAre, value);
  }

  /**
   * The meaning of arrays and vectors: {@code pixels} from 0 to 255, which the model's
   * preprocessing scales, or {@code inputs}, used unchanged.
   */
  public Param<String> numbersAre() {
    return numbersAre;
  }

  public String getNumbersAre() {
    return getOrDefault(numbersAre);
  }

  public S setNumbersAre(String value) {
    return with(numbersAre, value);
  }

  /**
   * The order of numbers and raw bytes: channels {@code last} (H, W, C) or {@code first} (C, H, W).
   */
  public Param<String> channelOrder() {
    return channelOrder;
  }

  public String getChannelOrder() {
    return getOrDefault(channelOrder);
  }

  public S setChannelOrder(String value) {
    return with(channelOrder, value);
  }

  /**
   * The treatment of rows whose picture is null, cannot be decoded or has the wrong size: {@code
   * error} fails the job and names the row, {@code skip} drops them, {@code keep} keeps them with
   * null in the added columns.
   */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  public S setHandleInvalid(String value) {
    return with(handleInvalid, value);
  }

  /**
   * The batch size in rows; 0, the default, for the smallest efficient one: a multiple of the
   * classifier's batch, 32 to 64, or as many as fit 8 MiB. No effect on predictions.
   */
  public IntParam batchSize() {
    return batchSize;
  }

  public int getBatchSize() {
    return (Integer) getOrDefault(batchSize);
  }

  public S setBatchSize(int value) {
    return with(batchSize, (Object) value);
  }
}
