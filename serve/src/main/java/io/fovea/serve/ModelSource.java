package io.fovea.serve;

import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;

/** The source of a server's models. */
interface ModelSource {
  /** The files of all models, by name and version; called repeatedly if models are reloaded. */
  Map<String, NavigableMap<Integer, Path>> files() throws IOException;

  /** A classifier of a file, ready for predictions; the caller closes it. */
  Classifier load(Path file) throws IOException;

  /** Receives what happened to a file, in a sentence for the server's operator. */
  default void report(String line) {}
}
