package io.fovea.spark.score;

import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.GetColumnByOrdinal;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Maps partitions of rows as Spark stores them, lazily as every operation of a data frame. The
 * usual way, through {@link Row}, makes an object of every column of every row and back, and of
 * every number of an array; here columns that only pass through are never looked at, and arrays are
 * copied as blocks of memory. Public for the code that Spark generates; not for others.
 */
public final class WholeRows {
  private static final String ROW = "row";

  private WholeRows() {}

  /**
   * Maps the partitions of a data frame.
   *
   * @param function gets rows that are used again when the next one is asked for, and gives rows of
   *     the schema
   * @param schema of the result, which keeps its metadata
   */
  static Dataset<Row> map(
      Dataset<?> rows,
      MapPartitionsFunction<InternalRow, InternalRow> function,
      StructType schema) {
    return rows.select(functions.struct(functions.col("*")).as(ROW))
        .as(encoder(rows.schema()))
        .mapPartitions(function, encoder(schema))
        .toDF()
        .select(columns(schema));
  }

  /**
   * The fields of the stored row as columns. They are not taken from it directly, as {@code row.*}
   * would: Spark then leaves unused fields out of the row's type, in the belief that it can leave
   * them out of the objects as well, and reads the wrong ones (rule ObjectSerializerPruning).
   */
  private static Column[] columns(StructType schema) {
    Expression row = same(schema, UnresolvedAttribute.quoted(ROW));
    Column[] columns = new Column[schema.size()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = schema.fields()[i];
      columns[i] =
          ExpressionUtils.column(new GetStructField(row, i, Option.apply(field.name())))
              .as(field.name(), field.metadata());
    }
    return columns;
  }

  /** Objects are rows of the schema, stored as one column. */
  private static ExpressionEncoder<InternalRow> encoder(StructType schema) {
    DataType object = new ObjectType(InternalRow.class);
    Expression stored = same(schema, new BoundReference(0, object, false));
    Expression named = new CreateNamedStruct(seq(List.of(name(), stored)));
    Expression read = same(object, new GetColumnByOrdinal(0, schema));
    return new ExpressionEncoder<>(new Rows(schema), named, read);
  }

  private static Expression name() {
    return new Literal(UTF8String.fromString(ROW), DataTypes.StringType);
  }

  private static Expression same(DataType type, Expression row) {
    return new StaticInvoke(
        WholeRows.class,
        type,
        "same",
        seq(List.of(row)),
        seq(List.of()),
        false,
        false,
        true,
        Option.empty());
  }

  private static <T> Seq<T> seq(List<T> all) {
    return CollectionConverters.asScala(all).toSeq();
  }

  /** The row itself: tells Spark's type system that a stored row is an object, and back. */
  public static InternalRow same(InternalRow row) {
    return row;
  }

  private record Rows(StructType row) implements AgnosticEncoder<InternalRow> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isPrimitive() {
      return false;
    }

    @Override
    public DataType dataType() {
      return schema();
    }

    @Override
    public StructType schema() {
      return new StructType(new StructField[] {DataTypes.createStructField(ROW, row, false)});
    }

    @Override
    public ClassTag<InternalRow> clsTag() {
      return ClassTag$.MODULE$.apply(InternalRow.class);
    }
  }
}
