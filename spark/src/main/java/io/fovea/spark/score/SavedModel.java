package io.fovea.spark.score;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/**
 * A {@link FoveaModel} in a folder: Spark's {@code metadata} with the parameters, and beside it the
 * model's file, {@code model.safetensors} or {@code model.onnx}, which other programs can read.
 */
final class SavedModel {
  private static final String FILE = "model";

  private SavedModel() {}

  /** The bytes of a file on any of Hadoop's file systems. */
  static byte[] read(SparkSession spark, String file) throws IOException {
    Path path = new Path(file);
    try (FSDataInputStream in = fileSystem(spark, path).open(path)) {
      return in.readAllBytes();
    }
  }

  private static FileSystem fileSystem(SparkSession spark, Path path) throws IOException {
    Configuration settings = spark.sparkContext().hadoopConfiguration();
    return path.getFileSystem(settings);
  }

  static final class Writer extends MLWriter {
    private final MLWriter parameters;
    private final ModelBytes model;

    Writer(MLWriter parameters, ModelBytes model) {
      this.parameters = parameters;
      this.model = model;
    }

    @Override
    public void saveImpl(String folder) {
      parameters.session(sparkSession()).saveImpl(folder);
      Path path = new Path(folder, FILE + model.extension());
      try (OutputStream out = fileSystem(sparkSession(), path).create(path, true)) {
        out.write(model.bytes());
      } catch (IOException failure) {
        throw new java.io.UncheckedIOException(
            "FoveaModel: cannot write " + path + ": " + failure.getMessage(), failure);
      }
    }
  }

  /** Reads the files of {@link Writer}. */
  static final class Reader extends MLReader<FoveaModel> {
    @Override
    public FoveaModel load(String folder) {
      MLReader<FoveaModel> parameters = new DefaultParamsReadable<FoveaModel>() {}.read();
      FoveaModel model = parameters.session(sparkSession()).load(folder);
      return model.with(file(folder), folder);
    }

    private ModelBytes file(String folder) {
      try {
        for (String extension : new String[] {".safetensors", ".onnx"}) {
          Path path = new Path(folder, FILE + extension);
          if (fileSystem(sparkSession(), path).exists(path)) {
            return ModelBytes.of(read(sparkSession(), path.toString()));
          }
        }
        throw new FileNotFoundException("found none");
      } catch (IOException failure) {
        throw new IllegalArgumentException(
            "FoveaModel: expects model.safetensors or model.onnx in %s, but %s; save the model again"
                .formatted(folder, failure.getMessage()),
            failure);
      }
    }
  }
}
