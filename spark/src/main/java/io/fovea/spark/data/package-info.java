/**
 * Labelled images on Apache Spark: read from what Spark reads, kept as sharded parquet, and handed
 * to training as data sets. See {@link io.fovea.spark.data.SparkImages}.
 *
 * <p>{@code ConvertImages} writes parquet, {@code ImageRows} are its columns, {@code ParquetSets}
 * opens it as {@code spark-train}'s DATA.
 */
@NullMarked
package io.fovea.spark.data;

import org.jspecify.annotations.NullMarked;
