package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.PixelDataset;
import io.fovea.data.picture.Orientation;
import io.fovea.tensor.Shape;
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
public record Emnist(String split) implements SetContent {
  /**
   * The classes of the balanced split: lower-case letters that are written like their capitals are
   * one class with these (torchvision's {@code EMNIST.classes_split_dict}).
   */
  public static final List<String> BALANCED =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"
          .chars()
          .mapToObj(Character::toString)
          .toList();

  @Override
  public DataSplit open(
      String set, List<String> classes, Map<String, Path> files, DataOptions options)
      throws DataException {
    Path path = files.values().iterator().next();
    try (ZipFile archive = new ZipFile(path.toFile())) {
      return IdxFolder.pair(
          set, part(set, "train", classes, archive), part(set, "test", classes, archive), options);
    } catch (DataException e) {
      throw e;
    } catch (IOException e) {
      throw new DataException(
          set + ": " + path + ": cannot be read: " + DataException.reason(e), e);
    }
  }

  private PixelDataset part(String set, String part, List<String> classes, ZipFile archive)
      throws DataException {
    IdxFile.IdxSource images = member(part + "-images-idx3-ubyte.gz", set, archive);
    IdxFile.IdxSource labels = member(part + "-labels-idx1-ubyte.gz", set, archive);
    PixelDataset stored = IdxFile.pixels(set + " " + part, images, labels, classes);
    Shape shape = stored.shape();
    return stored.map(
        Shape.of(shape.size(0), shape.size(2), shape.size(1)), Orientation.TRANSPOSED::apply);
  }

  private IdxFile.IdxSource member(String end, String set, ZipFile archive) throws DataException {
    String name = "gzip/emnist-" + split + "-" + end;
    ZipEntry entry = archive.getEntry(name);
    if (entry == null) {
      throw new DataException(
          "%s: %s: expects a file %s in the archive, found none; fetch it again"
              .formatted(set, archive.getName(), name));
    }
    return IdxFile.IdxSource.of(archive, entry);
  }
}
