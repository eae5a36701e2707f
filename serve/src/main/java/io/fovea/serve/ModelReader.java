package io.fovea.serve;

import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the network of a model file; called again when the file has been replaced. */
@FunctionalInterface
public interface ModelReader {
  /**
   * The network of a file, with its preprocessing; null is refused.
   *
   * @throws IOException if it cannot be read
   */
  Network read(Path file) throws IOException;
}
