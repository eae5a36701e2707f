package io.fovea.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A server, package or folder from which the files of a named set can be fetched. */
interface DownloadSource {
  /** What it is called in messages. */
  String name();

  /**
   * Delivers the files, one after the other, as plain or gzip content. Whoever takes them checks
   * them; a source only has to give up in bounded time.
   *
   * @throws IOException if a file cannot be had, or the delivery refuses one; the message says why
   */
  void fetch(List<NamedFile> files, Delivery delivery) throws IOException;

  /** Takes what a source has found. */
  @FunctionalInterface
  interface Delivery {
    void accept(NamedFile file, InputStream content) throws IOException;
  }
}
