package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.io.Serializable;

/**
 * The source of a worker's images: {@code () -> DataSets.mnist().train()}. It is called once for
 * each worker and attempt, on its executor; every worker must get the same images in the same
 * order, because each takes its share of every batch by index.
 */
@FunctionalInterface
public interface Source extends Serializable {
  /**
   * Opens the data set.
   *
   * @throws IOException if its files cannot be read
   */
  Dataset open() throws IOException;
}
