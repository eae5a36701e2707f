package io.fovea.data;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads the files of a named set into its two parts. */
@FunctionalInterface
interface SetContent {
  /** Four IDX files, plain or gzip. */
  SetContent IDX =
      (set, files, options) ->
          IdxFolder.pair(set.name(), idx(set, "train", files), idx(set, "t10k", files), options);

  /** Weights, which cannot be opened as a data set. */
  SetContent NO_IMAGES =
      (set, files, options) -> {
        throw new DataException(set.name() + ": holds weights, expected a data set");
      };

  /**
   * Reads the set.
   *
   * @param files the paths of its files, by name; they have been checked
   * @throws DataException if a file cannot be read, or is not in the set's form
   */
  DataSplit open(NamedSet set, Map<String, Path> files, DataOptions options) throws DataException;

  private static PixelDataset idx(NamedSet set, String part, Map<String, Path> files)
      throws DataException {
    String name = set.name() + (part.equals("train") ? " train" : " test");
    return Idx.pixels(
        name,
        file(part + "-images-idx3-ubyte", files),
        file(part + "-labels-idx1-ubyte", files),
        set.classes());
  }

  private static Path file(String name, Map<String, Path> files) {
    return Optional.ofNullable(files.get(name)).orElseGet(() -> files.get(name + ".gz"));
  }
}
