package io.fovea.data.fetch;

import io.fovea.data.Bytes;
import io.fovea.data.source.IdxFile;
import io.fovea.data.source.SetContent;
import io.fovea.file.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A named set of a few images, for tests of where its files come from. */
public final class TinySet {
  public static final Map<String, byte[]> CONTENT = content();

  private TinySet() {}

  private static Map<String, byte[]> content() {
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put("t10k-labels-idx1-ubyte", Bytes.labels(3, 4));
    content.put("train-labels-idx1-ubyte", Bytes.labels(1, 2, 3, 4));
    content.put("t10k-images-idx3-ubyte", Bytes.images(2, 28, 28));
    content.put("train-images-idx3-ubyte", Bytes.images(4, 28, 28));
    return content;
  }

  public static byte[] content(String name) {
    return Objects.requireNonNull(CONTENT.get(name), name);
  }

  public static NamedSet of(List<Path> folders, DownloadSource... sources) {
    List<NamedFile> files =
        CONTENT.entrySet().stream()
            .map(e -> new NamedFile(e.getKey(), e.getValue().length, Sha256.of(e.getValue())))
            .toList();
    return new NamedSet(
        "tiny",
        "a tiny set",
        "MIT",
        IdxFile.DIGITS,
        files,
        folders,
        List.of(sources),
        SetContent.IDX);
  }

  public static NamedSet of(DownloadSource... sources) {
    return of(List.of(), sources);
  }

  /** Fetches all files of the set and keeps what arrives whole. */
  static void fetch(DownloadSource source, Path downloads, Map<String, byte[]> delivered)
      throws IOException {
    source.fetch(
        of().files(),
        downloads,
        (file, content) -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          file.copy(content, out);
          delivered.put(file.name(), out.toByteArray());
        });
  }
}
