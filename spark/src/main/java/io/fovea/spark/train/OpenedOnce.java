package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A source that is opened once in each process, not by every task.
 *
 * @param run a unique identifier of the run
 */
record OpenedOnce(String run, Source source) implements Source {
  private static final Map<String, Dataset> OPENED = new ConcurrentHashMap<>();

  @Override
  public Dataset open() throws IOException {
    synchronized (OPENED) {
      Dataset known = OPENED.get(run);
      if (known == null) {
        known = source.open();
        OPENED.clear(); // a process keeps only the images of one run
        OPENED.put(run, known);
      }
      return known;
    }
  }
}
