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
 * Maps partitions of Spark's internal rows, lazily. The usual API, {@link Row}, converts every
 * column and every number of an array to an object and back; here unused columns are not read, and
 * arrays are copied as blocks of memory. It is public only for the code that Spark generates.
 */
public final class InternalRowMapper {
  private static final String ROW = "row";

  private InternalRowMapper() {}

  /**
   * Maps the partitions of a data frame.
   *
   * @param function receives rows that are reused for the next one, and returns rows of the schema
   * @param schema the schema of the result, with its metadata
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
   * The fields of the stored row as columns. With {@code row.*}, Spark would remove unused fields
   * from the row's type but not from the objects, and read wrong fields (rule
   * ObjectSerializerPruning).
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
        InternalRowMapper.class,
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

  /**
   * The identity on rows that converts between a stored row and an object in Spark's type system.
   */
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
