package io.fovea.serve.model;

import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

public interface ModelSource {
  /**
   * The files of all models, by name and version; called repeatedly if models are reloaded. A
   * version that has several is refused.
   */
  Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException;

  /** A classifier of a file, which has been read whole; the caller closes it. */
  Classifier load(Path file) throws IOException;

  /** Makes a classifier fast before its first prediction. */
  default void warmUp(Classifier classifier) {}

  /** The heap that all models need together, in MB; 0 if that is unknown. */
  default long heapMegabytes() {
    return 0;
  }

  /** Receives what happened to a file, in a sentence for the server's operator. */
  default void report(String line) {}
}
