package io.fovea.data.fetch;

import io.fovea.data.base.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** A server, package or folder from which the files of a named set can be fetched. */
public interface DownloadSource {
  /** The name in messages. */
  String name();

  /**
   * Delivers the files, one after the other, as plain or gzip content. The receiver checks them; a
   * source only has to give up in bounded time.
   *
   * @param folder an empty folder for what it downloads and unpacks, which the caller deletes
   * @throws IOException if a file is not available, or the delivery refuses one; the message says
   *     why
   */
  void fetch(List<NamedFile> files, Path folder, Delivery delivery) throws IOException;

  /** The exception of an interrupted wait; the thread stays interrupted, so that callers see it. */
  static DataException interrupted(String operation, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new DataException(operation + ": interrupted", cause);
  }

  /** Receives the files that a source has found. */
  @FunctionalInterface
  interface Delivery {
    void accept(NamedFile file, InputStream content) throws IOException;
  }
}
