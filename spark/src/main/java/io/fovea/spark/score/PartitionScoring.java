package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** A task of {@link FoveaModel#transform}: adds predictions to rows. */
record PartitionScoring(
    ModelOnExecutors model, PictureColumn column, List<Answer> answers, int batch, Invalid invalid)
    implements MapPartitionsFunction<InternalRow, InternalRow> {

  enum Answer {
    /** The index of the most probable class, as a double, as in Spark ML. */
    PREDICTION("predictionCol"),
    LABEL("predictedLabelCol"),
    /** The probabilities of all classes, a dense vector. */
    PROBABILITY("probabilityCol"),
    ERROR("errorCol");

    /** The parameter that names its column. */
    final String parameter;

    Answer(String parameter) {
      this.parameter = parameter;
    }
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    Classifier classifier = model.borrowForTask();
    UTF8String[] labels =
        classifier.labels().stream().map(UTF8String::fromString).toArray(UTF8String[]::new);
    return new BatchedPredictions<>(
        rows,
        classifier,
        batch,
        invalid,
        column.reader(classifier),
        new RowBuffer(),
        (row, prediction, error) -> new JoinedRow(row, added(labels, prediction, error)));
  }

  private InternalRow added(
      UTF8String[] labels, @Nullable Prediction prediction, @Nullable String error) {
    Object[] values = new Object[answers.size()];
    int best = prediction == null ? -1 : prediction.index();
    for (int i = 0; i < values.length; i++) {
      if (prediction != null) {
        values[i] =
            switch (answers.get(i)) {
              case PREDICTION -> (double) best;
              case LABEL -> labels[best];
              case PROBABILITY -> vector(prediction.probabilities());
              case ERROR -> null;
            };
      } else if (answers.get(i) == Answer.ERROR) {
        values[i] = UTF8String.fromString(error);
      }
    }
    return new GenericInternalRow(values);
  }

  /** A dense vector in Spark ML's format: type 1, no size, no indices, values. */
  private static InternalRow vector(List<Double> values) {
    double[] dense = new double[values.size()];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = values.get(i);
    }
    return new GenericInternalRow(
        new Object[] {(byte) 1, null, null, UnsafeArrayData.fromPrimitiveArray(dense)});
  }
}
