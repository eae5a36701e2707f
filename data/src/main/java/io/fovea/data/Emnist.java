package io.fovea.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A split of EMNIST (Cohen, Afshar, Tapson and van Schaik, "EMNIST: an extension of MNIST to
 * handwritten letters", arXiv 1702.05373): a zip archive with four gzip IDX files for each split.
 * The images are stored transposed and are transposed back here.
 *
 * @param split the split's name in the archive
 */
record Emnist(String split) implements SetContent {
  /**
   * The classes of the balanced split: lower-case letters that are written like their capitals are
   * one class with these (torchvision's {@code EMNIST.classes_split_dict}).
   */
  static final List<String> BALANCED =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"
          .chars()
          .mapToObj(Character::toString)
          .toList();

  @Override
  public DataSplit open(NamedSet set, Map<String, Path> files, DataOptions options)
      throws DataException {
    Path path = files.values().iterator().next();
    try (ZipFile archive = new ZipFile(path.toFile())) {
      return IdxFolder.pair(
          set.name(), part(set, "train", archive), part(set, "test", archive), options);
    } catch (DataException e) {
      throw e;
    } catch (IOException e) {
      throw new DataException(
          set.name() + ": " + path + ": cannot be read: " + DataException.reason(e), e);
    }
  }

  private PixelDataset part(NamedSet set, String part, ZipFile archive) throws DataException {
    IdxFile.IdxSource images = member(part + "-images-idx3-ubyte.gz", set, archive);
    IdxFile.IdxSource labels = member(part + "-labels-idx1-ubyte.gz", set, archive);
    return Idx.pixels(set.name() + " " + part, images, labels, set.classes()).transposed();
  }

  private IdxFile.IdxSource member(String end, NamedSet set, ZipFile archive) throws DataException {
    String name = "gzip/emnist-" + split + "-" + end;
    ZipEntry entry = archive.getEntry(name);
    if (entry == null) {
      throw new DataException(
          "%s: %s: expects a file %s in the archive, found none; fetch it again"
              .formatted(set.name(), archive.getName(), name));
    }
    return IdxFile.IdxSource.of(archive, entry);
  }
}
