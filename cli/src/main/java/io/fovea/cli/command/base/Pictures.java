package io.fovea.cli.command.base;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch of pictures that can be read, as many as are in memory at once.
 *
 * @param pictures already fitted if there is one model
 * @param doubts for each, how it differs from the first model's training images, or null
 * @param stretched the warning for the first one whose proportions are lost
 * @param end the index of the first unread one
 */
public record Pictures(
    List<Path> files,
    List<Image> pictures,
    List<Optional<String>> doubts,
    Optional<String> stretched,
    int end) {
  private static final int MOST = 256;

  private static final long MOST_BYTES = 64 << 20;

  public static Pictures read(
      List<Path> all, int from, List<Network> networks, List<DataException> failures) {
    Network first = networks.getFirst();
    Shape shape = first.graph().input();
    List<Path> files = new ArrayList<>();
    List<Optional<String>> doubts = new ArrayList<>();
    List<Image> pictures = new ArrayList<>();
    Optional<String> stretched = Optional.empty();
    int end = from;
    long bytes = 0;
    while (end < all.size() && pictures.size() < MOST && bytes < MOST_BYTES) {
      Path file = all.get(end++);
      try {
        Image picture = Images.read(file);
        bytes += (long) picture.channels() * picture.height() * picture.width();
        stretched =
            stretched.or(
                () -> InputWarning.ofStretching(file, picture, first.preprocessing(), shape));
        Fitted fitted = first.preprocessing().fitted(picture, shape);
        files.add(file);
        pictures.add(networks.size() == 1 ? fitted.image() : picture);
        doubts.add(fitted.doubt());
      } catch (DataException failure) {
        failures.add(failure);
      }
    }
    return new Pictures(files, pictures, doubts, stretched, end);
  }
}
