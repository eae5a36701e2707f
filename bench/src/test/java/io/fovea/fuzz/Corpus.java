package io.fovea.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Inputs in zip files. */
final class Corpus {
  private Corpus() {}

  /** The entries of a zip file whose names end so. */
  static List<byte[]> entries(Path file, String suffix) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<byte[]> entries = new ArrayList<>();
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        if (entry.getName().endsWith(suffix)) {
          entries.add(zip.getInputStream(entry).readAllBytes());
        }
      }
      return entries;
    }
  }
}
