package io.fovea.cli.train;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of {@code train} for runs that begin with a pretrained network. */
public final class TransferFlags {
  @Option(
      names = "--pretrained",
      paramLabel = "WHAT",
      arity = "0..1",
      fallbackValue = "auto",
      description =
          "Begin with pretrained weights and fit a new last layer to the data's classes: imagenet, openimages or a file of weights (without WHAT: imagenet where it can be had, else openimages). --model is mobilenet-v2 unless given.")
  @Nullable String pretrained;

  @Option(
      names = "--views",
      paramLabel = "N",
      description =
          "With --pretrained: fit the last layer to so many views of each photo, all but the first changed by --augment (default: 1).")
  @Nullable String views;

  @Option(
      names = "--fine-tune",
      paramLabel = "EPOCHS",
      description =
          "With --pretrained: after the last layer, train the other layers for so many epochs (default: 0).")
  @Nullable String fineTune;

  @Option(
      names = "--thaw",
      paramLabel = "PATTERN",
      description =
          "With --fine-tune: train matching weights (features_1?_*) and the last layer alone; several joined by commas (default: all).")
  @Nullable String thaw;

  @Option(
      names = "--backbone-lr",
      paramLabel = "RATE",
      description =
          "With --fine-tune: the learning rate of all layers but the last, as a number or a multiple of --lr such as 0.1x (default: 1x).")
  @Nullable String backboneLr;

  @Option(
      names = "--candidates",
      paramLabel = "LIST",
      description =
          "With --pretrained: try frozen, tuned and scratch, or some of them joined by commas, and keep what photos that were held out prefer (default: none).")
  @Nullable String candidates;

  @Option(
      names = "--time-limit",
      paramLabel = "MINUTES",
      description = "With --candidates: about how long to try (default: 15).")
  @Nullable String timeLimit;

  /** Adds the defaults. */
  static void addTo(Map<String, String> defaults) {
    defaults.put("pretrained", "");
    defaults.put("views", "1");
    defaults.put("fine-tune", "0");
    defaults.put("thaw", "");
    defaults.put("backbone-lr", "1x");
    defaults.put("candidates", "");
    defaults.put("time-limit", "15");
  }
}
