package io.fovea.cli.command.base;

import io.fovea.cli.screen.Console;
import io.fovea.dataset.Framing;
import io.fovea.dataset.FullSize;
import io.fovea.dataset.Image;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.Optional;

/** Warnings about pictures that differ from a model's training images. */
public final class InputWarning {
  private InputWarning() {}

  public static void say(Console screen, Path picture, Optional<String> doubt) {
    doubt.ifPresent(
        text ->
            screen.say(
                "%s does not look like the training images: %s; fovea explain shows the model's input"
                    .formatted(picture, text)));
  }

  /** The warning for a picture whose proportions are lost. */
  public static Optional<String> ofStretching(
      Path file, Image picture, Preprocessing preprocessing, Shape input) {
    if (preprocessing.framing() != Framing.STRETCH || input.rank() != 3) {
      return Optional.empty();
    }
    int height = input.size(1);
    int width = input.size(2);
    FullSize full = picture.fullSize();
    return (long) full.width() * height == (long) full.height() * width
        ? Optional.empty()
        : Optional.of(
            "the model's preprocessing stretches pictures of other proportions to %dx%d (%s is %dx%d); crop them first, unless the training images were stretched too"
                .formatted(width, height, file, full.width(), full.height()));
  }
}
