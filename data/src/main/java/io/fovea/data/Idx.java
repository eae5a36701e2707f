package io.fovea.data;

import io.fovea.data.base.DataException;
import io.fovea.data.source.IdxFile;
import io.fovea.dataset.Dataset;
import io.fovea.file.AtomicFile;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * IDX files, the format of the MNIST database: a file of images and a file of labels.
 *
 * <p>Numbers are big-endian. Images: magic 0x00000803, count, rows, columns, then one byte a pixel;
 * colour images: magic 0x00000804, count, rows, columns, 3, then red, green, blue of each pixel.
 * Labels: magic 0x00000801, count, then one byte a label. Reading accepts plain and gzip files,
 * recognised by their content, and checks every number.
 */
public final class Idx {
  private Idx() {}

  /**
   * Reads images and their labels, 0 to 9.
   *
   * @throws DataException if a file cannot be read, is no IDX file of that kind, is longer or
   *     shorter than its header says, does not fit into memory, or the two do not fit together
   */
  public static Dataset read(Path images, Path labels) throws DataException {
    return read(images.toString(), images, labels, IdxFile.DIGITS);
  }

  /**
   * Reads images and their labels under a name for messages.
   *
   * @param classes the names of the classes; a label is an index into this list
   * @throws DataException as {@link #read(Path, Path)}, and if a label is not below the number of
   *     classes
   */
  public static Dataset read(String name, Path images, Path labels, List<String> classes)
      throws DataException {
    return IdxFile.pixels(name, images, labels, classes);
  }

  /**
   * Writes a data set as two plain IDX files, each atomically: readers see the complete old or new
   * file. Pixels are rounded to bytes.
   *
   * @throws DataException if a label does not fit into a byte, or a file cannot be written
   */
  public static void write(Dataset dataset, Path images, Path labels) throws DataException {
    for (int i = 0; i < dataset.size(); i++) {
      if (dataset.label(i) > 255) {
        throw new DataException(
            "idx %s: a label must be from 0 to 255, got %s at image %s; IDX labels are single bytes"
                .formatted(labels, dataset.label(i), i));
      }
    }
    write(images, out -> writeImages(dataset, out));
    write(labels, out -> writeLabels(dataset, out));
  }

  private static void write(Path path, AtomicFile.Content content) throws DataException {
    try {
      AtomicFile.write(path, content);
    } catch (IOException e) {
      throw DataException.of("idx " + path + ": cannot be written", e, "");
    }
  }

  private static void writeImages(Dataset dataset, OutputStream out) throws IOException {
    Shape shape = dataset.shape();
    boolean colour = shape.size(0) != 1;
    ByteBuffer header =
        ByteBuffer.allocate(colour ? 20 : 16)
            .putInt(colour ? IdxFile.COLOUR_IMAGES : IdxFile.IMAGES)
            .putInt(dataset.size())
            .putInt(shape.size(1))
            .putInt(shape.size(2));
    if (colour) {
      header.putInt(shape.size(0));
    }
    out.write(header.array());
    for (int i = 0; i < dataset.size(); i++) {
      out.write(dataset.image(i).pixels());
    }
  }

  private static void writeLabels(Dataset dataset, OutputStream out) throws IOException {
    out.write(ByteBuffer.allocate(8).putInt(IdxFile.LABELS).putInt(dataset.size()).array());
    for (int i = 0; i < dataset.size(); i++) {
      out.write(dataset.label(i));
    }
  }
}
