package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A source that is opened once in each process of a run, not by every task.
 *
 * @param run what no other run has
 */
record OpenedOnce(String run, Source source) implements Source {
  private static final Map<String, Dataset> OPENED = new ConcurrentHashMap<>();

  @Override
  public Dataset open() throws IOException {
    synchronized (OPENED) {
      Dataset known = OPENED.get(run);
      if (known == null) {
        known = source.open();
        OPENED.clear(); // a process keeps the images of one run
        OPENED.put(run, known);
      }
      return known;
    }
  }
}
