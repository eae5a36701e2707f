package io.fovea.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.junit.jupiter.api.Test;

/** Rows that are kept in the same memory batch after batch. */
class RowBufferTest {
  private static final SparkSession SPARK = Given.spark();

  private static UnsafeRow row(long number, int bytes) {
    UnsafeRowWriter writer = new UnsafeRowWriter(2);
    writer.resetRowWriter();
    writer.write(0, number);
    writer.write(1, new byte[bytes]);
    return writer.getRow();
  }

  @Test
  void keep_placeUsedAgain_sameMemoryOtherRow() {
    RowBuffer rows = new RowBuffer();
    UnsafeRow given = row(1, 100);
    UnsafeRow first = (UnsafeRow) rows.keep(given, 0);
    UnsafeRow second = (UnsafeRow) rows.keep(row(2, 50), 1);
    assertThat(first).isEqualTo(row(1, 100));
    given.setLong(0, 9); // Spark writes the next row over the last one
    assertThat(first.getLong(0)).isEqualTo(1);
    assertThat(second).isEqualTo(row(2, 50));
    Object memory = first.getBaseObject();
    UnsafeRow later = (UnsafeRow) rows.keep(row(3, 80), 0);
    assertThat(later).isEqualTo(row(3, 80));
    assertThat(later.getBaseObject()).isSameAs(memory);
    assertThat(second).isEqualTo(row(2, 50));
    assertThat(rows.keep(row(4, 3000), 0)).isEqualTo(row(4, 3000));
  }

  @Test
  void keep_largeRowOrObjects_copiedAfresh() {
    RowBuffer rows = new RowBuffer();
    UnsafeRow large = row(1, RowBuffer.LARGEST);
    InternalRow kept = rows.keep(large, 0);
    assertThat(kept).isEqualTo(large).isNotSameAs(large);
    assertThat(rows.keep(large, 0)).isNotSameAs(kept);
    InternalRow objects = new GenericInternalRow(new Object[] {5L});
    assertThat(rows.keep(objects, 0)).isEqualTo(objects).isNotSameAs(objects);
  }

  /** Texts of many lengths beside the picture, some beyond what is kept in the same memory. */
  @Test
  void transform_rowsOfAnySize_passThroughUnchanged() {
    Dataset<Row> rows =
        SPARK.sql(
            """
            SELECT id, repeat(CHAR(65 + id % 26), CAST(id * id * 37 % 5000 + IF(id % 7 = 3, 70000, 0) AS INT)) AS text,
              IF(id % 5 = 2, NULL, array_repeat(CAST(id AS FLOAT), 297)) AS content
            FROM range(0, 60, 1, 2)""");
    for (int batch : new int[] {1, 4, 0}) {
      List<Row> scored =
          FoveaModel.of(Given.colourModel())
              .setBatchSize(batch)
              .setHandleInvalid("keep")
              .transform(rows)
              .select("id", "text", "content")
              .collectAsList();
      assertThat(scored).isEqualTo(rows.collectAsList());
    }
  }

  @Test
  void ownBatch_multipleOfWhatIsComputedAtOnce_withinMemory() {
    assertThat(BatchedPredictions.ownBatch(7, 784)).isEqualTo(35);
    assertThat(BatchedPredictions.ownBatch(50, 784)).isEqualTo(50);
    assertThat(BatchedPredictions.ownBatch(4, 3 * 224 * 224)).isEqualTo(13);
    assertThat(BatchedPredictions.ownBatch(4, 3 * 4096 * 4096)).isEqualTo(1);
  }
}
