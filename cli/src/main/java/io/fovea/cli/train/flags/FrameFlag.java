package io.fovea.cli.train.flags;

import io.fovea.cli.run.PreprocessingText;
import io.fovea.cli.screen.UsageException;
import io.fovea.dataset.Framing;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import picocli.CommandLine.Option;

/** The flag that decides whether pictures are framed as handwritten digits. */
public final class FrameFlag {
  @Option(
      names = "--frame",
      paramLabel = "digit|none|auto",
      description =
          "digit: find the handwritten digit on the picture and frame it as in MNIST. none: use the entire picture. auto: as in training (default).")
  private String frame = "auto";

  /**
   * The network with the requested framing.
   *
   * @throws UsageException if it is not a framing, or the network is not for digits
   */
  public Network apply(Network network) {
    Preprocessing own = network.preprocessing();
    Preprocessing asked =
        switch (frame) {
          case "auto" -> own;
          case "none" -> own.framing() == Framing.DIGIT ? own.withFraming(Framing.STRETCH) : own;
          case "digit" -> digits(own);
          default ->
              throw new UsageException(
                  "frame", "expects digit, none or auto, got \"" + frame + "\"");
        };
    if (asked.equals(own)) {
      return network;
    }
    Network framed = network.copy();
    framed.publish(network.weights(), asked, network.labels());
    return framed;
  }

  /**
   * Framed digits are light on dark; a model without a stated background is assumed to expect that.
   */
  private static Preprocessing digits(Preprocessing own) {
    if (own.mean().size() != 1 || own.background() == Preprocessing.Background.LIGHT) {
      throw new UsageException(
          "frame",
          "digit expects a model of grey images on a dark background, got one with %s; leave it out"
              .formatted(PreprocessingText.of(own)));
    }
    return new Preprocessing(
        own.mean(), own.deviation(), Preprocessing.Background.DARK, Framing.DIGIT);
  }
}
