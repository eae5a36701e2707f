package io.fovea.spark.score;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * Copies of a batch's rows, in memory that the next batch uses again. New memory for every row is
 * written cold, and is what an array of float's 3 KB cost most. Whoever gets a row from here must
 * be done with it before asking for the next batch, as Spark's own operators are.
 */
final class KeptRows implements Answers.Keeper<InternalRow> {
  /** Bytes. Larger rows are copied afresh, or some large pictures would stay for the whole task. */
  static final int LARGEST = 1 << 16;

  private final List<UnsafeRow> places = new ArrayList<>();

  @Override
  public InternalRow keep(InternalRow row, int place) {
    if (!(row instanceof UnsafeRow stored) || stored.getSizeInBytes() > LARGEST) {
      return row.copy();
    }
    while (places.size() <= place) {
      places.add(UnsafeRow.createFromByteArray(0, stored.numFields()));
    }
    UnsafeRow kept = places.get(place);
    kept.copyFrom(stored);
    return kept;
  }
}
