package io.fovea.data.fetch;

import io.fovea.data.Bytes;
import io.fovea.data.source.IdxFile;
import io.fovea.data.source.SetContent;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
            .map(e -> new NamedFile(e.getKey(), e.getValue().length, sha256(e.getValue())))
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

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
