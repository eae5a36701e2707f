package io.fovea.spark.score;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * Copies of a batch's rows, in memory that the next batch reuses: new memory is not in a cache,
 * which was the largest cost of a row with 3 KB of floats. A consumer must finish with a row before
 * it requests the next batch, as Spark's operators do.
 */
final class RowBuffer implements BatchedPredictions.Keeper<InternalRow> {
  /**
   * The most bytes of a reused buffer; larger rows get new memory, which is freed after the batch.
   */
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
