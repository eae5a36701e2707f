package io.fovea.cli.serve;

import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;

/** Where a server's models come from. */
public interface ModelSource {
  /**
   * The files of all models, by name and version. Asked again and again where models are reloaded.
   */
  Map<String, NavigableMap<Integer, Path>> files() throws IOException;

  /** A classifier of a file that is ready to answer; whoever asks for it closes it. */
  Classifier load(Path file) throws IOException;

  /** Hears what became of a file, in a sentence for whoever runs the server. */
  default void report(String line) {}
}
