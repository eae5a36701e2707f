package io.fovea.cli.command.base;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch of pictures that can be read, as many as are in memory at once.
 *
 * @param stretched the warning for the first one whose proportions are lost
 * @param end the index of the first unread one
 */
public record Pictures(
    List<Path> files, List<Image> pictures, Optional<String> stretched, int end) {
  private static final int MOST = 256;

  private static final long MOST_BYTES = 16 << 20;

  public static Pictures read(
      List<Path> all, int from, Network model, List<DataException> failures) {
    Shape shape = model.graph().input();
    List<Path> files = new ArrayList<>();
    List<Image> pictures = new ArrayList<>();
    Optional<String> stretched = Optional.empty();
    int end = from;
    long bytes = 0;
    while (end < all.size() && pictures.size() < MOST && bytes < MOST_BYTES) {
      Path file = all.get(end++);
      try {
        Image picture = Images.read(file, shape, model.preprocessing().framing());
        bytes += (long) picture.channels() * picture.height() * picture.width();
        stretched =
            stretched.or(
                () -> InputWarning.ofStretching(file, picture, model.preprocessing(), shape));
        files.add(file);
        pictures.add(picture);
      } catch (DataException failure) {
        failures.add(failure);
      }
    }
    return new Pictures(files, pictures, stretched, end);
  }
}
