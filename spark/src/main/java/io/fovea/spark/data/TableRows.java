package io.fovea.spark.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

final class TableRows {
  private TableRows() {}

  static SparkImages images(Dataset<Row> table, String content, String label, Column... order) {
    require(type(table, content) instanceof BinaryType, table, content, "binary");
    DataType labels = type(table, label);
    boolean named =
        labels instanceof StringType
            || labels instanceof ByteType
            || labels instanceof ShortType
            || labels instanceof IntegerType
            || labels instanceof LongType;
    require(named, table, label, "string or whole numbers");
    if (order.length == 0) {
      throw new SparkImagesException(
          "a table's rows have no order; name the columns that order them, such as an id");
    }
    Column text = functions.col(label).cast("string");
    List<String> classes = classes(table.select(text.as("label")), label);
    var rows =
        table
            .orderBy(order)
            .select(text, functions.col(content))
            .toJavaRDD()
            .zipWithIndex()
            .map(pair -> row(pair._2(), pair._1(), content));
    Dataset<Row> all = table.sparkSession().createDataFrame(rows, ImageRows.schema(classes));
    return SparkImages.files(all, classes, table.count());
  }

  private static Row row(long index, Row row, String content) {
    if (row.isNullAt(1)) {
      throw new SparkImagesException(
          "column %s is null in row %d; filter such rows out first".formatted(content, index));
    }
    return ImageRows.file(index, row.getString(0), "row " + index, row.<byte[]>getAs(1));
  }

  private static DataType type(Dataset<Row> table, String column) {
    List<String> names = Arrays.asList(table.columns());
    if (!names.contains(column)) {
      throw new SparkImagesException(
          "expects a column \"%s\", but the columns are %s; name the right one"
              .formatted(column, String.join(", ", names)));
    }
    return table.schema().apply(column).dataType();
  }

  private static void require(boolean fits, Dataset<Row> table, String column, String expected) {
    if (!fits) {
      throw new SparkImagesException(
          "column %s expects %s, got %s; cast it first"
              .formatted(column, expected, type(table, column).simpleString()));
    }
  }

  private static List<String> classes(Dataset<Row> labels, String column) {
    List<String> names = labels.distinct().as(Encoders.STRING()).collectAsList();
    if (names.contains(null)) {
      throw new SparkImagesException(
          "column %s has null; filter rows without a label out first".formatted(column));
    }
    boolean numbers = names.stream().allMatch(name -> name.matches("-?[0-9]{1,18}"));
    Comparator<String> order =
        numbers ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder();
    return names.stream().sorted(order).toList();
  }
}
