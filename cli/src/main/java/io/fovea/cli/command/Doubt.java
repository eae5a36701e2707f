package io.fovea.cli.command;

import io.fovea.cli.screen.Screen;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.network.Preprocessing;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.Optional;

/** Says that a picture does not look like those that a model was trained on, or will not. */
final class Doubt {
  private Doubt() {}

  static void say(Screen screen, Path picture, Optional<String> doubt) {
    doubt.ifPresent(
        text ->
            screen.say(
                "%s does not look like the training images: %s; see what the model gets by fovea explain"
                    .formatted(picture, text)));
  }

  /** What to say of a picture that loses its proportions. */
  static Optional<String> ofStretching(
      Path file, Image picture, Preprocessing preprocessing, Shape input) {
    if (preprocessing.framing() != Framing.STRETCH || input.rank() != 3) {
      return Optional.empty();
    }
    int height = input.size(1);
    int width = input.size(2);
    return (long) picture.width() * height == (long) picture.height() * width
        ? Optional.empty()
        : Optional.of(
            "pictures of other proportions are stretched to %dx%d, as the model's preprocessing says (%s is %dx%d); crop them first, unless the training images were stretched as well"
                .formatted(width, height, file, picture.width(), picture.height()));
  }
}
