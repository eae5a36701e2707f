/**
 * Labelled images on Apache Spark: read from any source of Spark, stored as sharded parquet, and
 * opened as data sets for training. See {@link io.fovea.spark.data.SparkImages}.
 *
 * <p>{@code ConvertImages} writes parquet, {@code ImageRows} defines its columns, {@code
 * ParquetSets} opens it as {@code spark-train}'s DATA.
 */
@NullMarked
package io.fovea.spark.data;

import org.jspecify.annotations.NullMarked;
