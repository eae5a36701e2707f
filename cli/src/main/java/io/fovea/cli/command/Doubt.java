package io.fovea.cli.command;

import io.fovea.cli.screen.Screen;
import java.nio.file.Path;
import java.util.Optional;

/** Says that a picture does not look like those that a model was trained on. */
final class Doubt {
  private Doubt() {}

  static void say(Screen screen, Path picture, Optional<String> doubt) {
    doubt.ifPresent(
        text ->
            screen.say(
                "%s does not look like the training images: %s; see what the model gets by fovea explain"
                    .formatted(picture, text)));
  }
}
