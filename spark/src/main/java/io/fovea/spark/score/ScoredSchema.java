package io.fovea.spark.score;

import io.fovea.network.Network;
import io.fovea.spark.score.PartitionScoring.Answer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns before and after scoring, from parameters and model, with all early checks. */
final class ScoredSchema {
  private ScoredSchema() {}

  /**
   * The column of pictures.
   *
   * @throws IllegalArgumentException if it is missing, or does not fit the model
   */
  static PictureColumn column(ScoringParams<?> params, Network model, StructType schema) {
    String name = params.getInputCol();
    List<String> names = Arrays.asList(schema.fieldNames());
    int ordinal = names.indexOf(name);
    if (ordinal < 0) {
      throw new IllegalArgumentException(
          "FoveaModel: inputCol is \"%s\", but the columns are %s; set inputCol to the one with the pictures"
              .formatted(name, String.join(", ", names)));
    }
    DataType type = schema.fields()[ordinal].dataType();
    PictureColumn column =
        new PictureColumn(
            format(name, type, params.getBytesAre().equals("pixels")),
            ordinal,
            name,
            origin(schema),
            params.getNumbersAre().equals("pixels"),
            params.getChannelOrder().equals("first"));
    requireImages(column, model);
    return column;
  }

  private static PictureColumn.Format format(String name, DataType type, boolean rawBytes) {
    if (type instanceof BinaryType) {
      return rawBytes ? PictureColumn.Format.BYTES : PictureColumn.Format.FILES;
    }
    if (type instanceof StructType struct
        && Arrays.equals(struct.fieldNames(), ImageSchema.columnSchema().fieldNames())
        && types(struct).equals(types(ImageSchema.columnSchema()))) {
      return PictureColumn.Format.IMAGES;
    }
    if (type.equals(SQLDataTypes.VectorType())) {
      return PictureColumn.Format.VECTORS;
    }
    if (type instanceof ArrayType array) {
      DataType element = array.elementType();
      if (element instanceof FloatType) {
        return PictureColumn.Format.FLOATS;
      }
      if (element instanceof DoubleType) {
        return PictureColumn.Format.DOUBLES;
      }
      if (element instanceof IntegerType) {
        return PictureColumn.Format.INTS;
      }
    }
    throw new IllegalArgumentException(
        "FoveaModel: inputCol \"%s\" expects binary, an image struct, array<float>, array<double>, array<int> or a vector, got %s; cast the column, or set inputCol to another"
            .formatted(name, type.simpleString()));
  }

  private static List<DataType> types(StructType struct) {
    return Arrays.stream(struct.fields()).map(StructField::dataType).toList();
  }

  /**
   * The text column with a row's origin in Spark's file sources or {@link
   * io.fovea.spark.data.SparkImages}.
   */
  private static int origin(StructType schema) {
    for (String name : List.of("path", "origin")) {
      int ordinal = Arrays.asList(schema.fieldNames()).indexOf(name);
      if (ordinal >= 0 && schema.fields()[ordinal].dataType() instanceof StringType) {
        return ordinal;
      }
    }
    return -1;
  }

  private static void requireImages(PictureColumn column, Network model) {
    boolean pictures =
        column.format() == PictureColumn.Format.FILES
            || column.format() == PictureColumn.Format.IMAGES;
    if (pictures && model.graph().input().rank() != 3) {
      throw new IllegalArgumentException(
          "FoveaModel: inputCol \"%s\" has pictures, but the model expects %s numbers a row, not (C, H, W); set it to a column of numbers"
              .formatted(column.name(), model.graph().input()));
    }
  }

  static List<Answer> answers(ScoringParams<?> params) {
    return List.copyOf(names(params).keySet());
  }

  private static Map<Answer, String> names(ScoringParams<?> params) {
    Map<Answer, String> names = new LinkedHashMap<>();
    names.put(Answer.PREDICTION, params.getPredictionCol());
    names.put(Answer.LABEL, params.getPredictedLabelCol());
    names.put(Answer.PROBABILITY, params.getProbabilityCol());
    names.put(Answer.ERROR, params.getErrorCol());
    names.values().removeIf(String::isEmpty);
    return names;
  }

  /**
   * The schema of the result.
   *
   * @throws IllegalArgumentException if an added column exists already
   */
  static StructType after(ScoringParams<?> params, Network model, StructType schema) {
    StructType result = schema;
    for (Map.Entry<Answer, String> added : names(params).entrySet()) {
      String name = added.getValue();
      if (Arrays.stream(result.fieldNames()).anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "FoveaModel: the added column \"%s\" exists already; give %s another name, or \"\" to leave it out"
                .formatted(name, added.getKey().parameter));
      }
      result = result.add(field(added.getKey(), name, model.labels()));
    }
    return result;
  }

  private static StructField field(Answer answer, String name, List<String> labels) {
    return switch (answer) {
      case PREDICTION ->
          DataTypes.createStructField(name, DataTypes.DoubleType, true, classes(name, labels));
      case PROBABILITY -> DataTypes.createStructField(name, SQLDataTypes.VectorType(), true);
      case LABEL, ERROR -> DataTypes.createStructField(name, DataTypes.StringType, true);
    };
  }

  /** The classes' names in the metadata of Spark ML's stages, such as {@code IndexToString}. */
  private static Metadata classes(String name, List<String> labels) {
    NominalAttribute attribute = NominalAttribute.defaultAttr().withName(name);
    boolean distinct = new HashSet<>(labels).size() == labels.size();
    return (distinct
            ? attribute.withValues(labels.toArray(String[]::new))
            : attribute.withNumValues(labels.size()))
        .toMetadata();
  }
}
