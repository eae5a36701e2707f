package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.PixelDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the files of a named set into its two parts. */
@FunctionalInterface
public interface SetContent {
  /** Four IDX files, plain or gzip. */
  SetContent IDX =
      (name, classes, files, options) ->
          IdxFolder.pair(
              name,
              idx(name + " train", "train", classes, files),
              idx(name + " test", "t10k", classes, files),
              options);

  /** Weights, which cannot be opened as a data set. */
  SetContent NO_IMAGES =
      (name, classes, files, options) -> {
        throw new DataException(name + ": holds weights, expected a data set");
      };

  /**
   * Reads the set.
   *
   * @param name its name, for messages
   * @param classes the names of the classes; empty if the files have them
   * @param files the paths of its files, by name; they have been checked
   * @throws DataException if a file cannot be read, or is not in the set's form
   */
  DataSplit open(String name, List<String> classes, Map<String, Path> files, DataOptions options)
      throws DataException;

  private static PixelDataset idx(
      String name, String part, List<String> classes, Map<String, Path> files)
      throws DataException {
    return IdxFile.pixels(
        name,
        file(part + "-images-idx3-ubyte", files),
        file(part + "-labels-idx1-ubyte", files),
        classes);
  }

  private static Path file(String name, Map<String, Path> files) {
    return Optional.ofNullable(files.get(name)).orElseGet(() -> files.get(name + ".gz"));
  }
}
