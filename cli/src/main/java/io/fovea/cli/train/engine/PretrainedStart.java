package io.fovea.cli.train.engine;

import io.fovea.cli.run.StoredModel;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.ImageSize;
import io.fovea.network.DidYouMean;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.transfer.Backbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of {@code --pretrained}.
 *
 * @param name their name, which repeats the run
 * @param weights the weights, and their preprocessing if known
 * @param choice their structure; has the library's backbone if the weights are known by name
 * @param size the photos' default size
 * @param remarks the decisions, a line each
 */
record PretrainedStart(
    String name, StoredModel weights, ModelChoice choice, ImageSize size, List<String> remarks) {
  static final String AUTO = "auto";
  static final String IMAGENET = "imagenet";

  /** The size of photos for a file of weights that states none. */
  private static final ImageSize USUAL = new ImageSize(224, 224);

  /** Finds the weights, and downloads named ones that are not in the cache. */
  static PretrainedStart of(String what, String model, DataOptions options) throws IOException {
    if (what.startsWith(PretrainedWeights.IMAGENET) && PretrainedWeights.isKnown(what)) {
      String own = what.substring(PretrainedWeights.IMAGENET.length());
      if (!own.equals(model)) {
        throw new UsageException(
            "--pretrained %s: the weights are for --model %s, got %s; add --model %s"
                .formatted(what, own, model, own));
      }
      return imageNet(what, model, options);
    }
    return switch (what) {
      case PretrainedWeights.OPEN_IMAGES -> openImages(model, options, new ArrayList<>());
      case IMAGENET -> imageNet(what, model, options);
      case AUTO -> auto(model, options);
      default -> ofFile(what, model);
    };
  }

  private static PretrainedStart ofFile(String what, String model) throws IOException {
    Path file = Path.of(what);
    if (!Files.exists(file)) {
      List<String> names = new ArrayList<>(List.of(IMAGENET));
      PretrainedWeights.named().forEach(weights -> names.add(weights.name()));
      throw new Failure(
          "--pretrained: there is no file %s, and no weights have this name%s, or a file"
              .formatted(what, DidYouMean.expected(what, names)));
    }
    StoredModel weights = StoredModel.open("--pretrained", file);
    return new PretrainedStart(what, weights, ModelChoice.of(model), USUAL, List.of());
  }

  private static PretrainedStart auto(String model, DataOptions options) throws IOException {
    if (!PretrainedWeights.isKnown(PretrainedWeights.IMAGENET + model)) {
      throw unknown(model);
    }
    Path failed = failedToday(PretrainedWeights.IMAGENET + model);
    boolean isTried =
        isCached(PretrainedWeights.IMAGENET + model)
            || !isCached(PretrainedWeights.OPEN_IMAGES)
            || !Files.exists(failed);
    if (isTried || !model.equals(Zoo.MOBILENET_V2.title())) {
      try {
        return imageNet(IMAGENET, model, options);
      } catch (DataException unreachable) {
        if (!model.equals(Zoo.MOBILENET_V2.title())) {
          throw unreachable;
        }
      }
    }
    List<String> remarks = new ArrayList<>();
    remarks.add(
        isTried
            ? "pretrained: openimages, because the weights of ImageNet cannot be downloaded; --pretrained openimages skips the attempt"
            : "pretrained: openimages, because the weights of ImageNet could not be downloaded today; --pretrained imagenet tries again");
    PretrainedStart start = openImages(model, options, remarks);
    if (isTried) {
      Files.createDirectories(failed.toAbsolutePath().getParent());
      Files.write(failed, new byte[0]);
    }
    return start;
  }

  private static boolean isCached(String name) {
    return PretrainedWeights.named().stream()
        .anyMatch(weights -> weights.name().equals(name) && weights.cached());
  }

  /** The file that notes a failed download, so that other runs of the day do not wait for it. */
  private static Path failedToday(String name) {
    return PretrainedWeights.cache()
        .resolve("%s-failed-%s".formatted(name, LocalDate.now(ZoneId.systemDefault())));
  }

  private static UsageException unknown(String model) {
    return new UsageException(
        "pretrained",
        "expects --model mobilenet-v2, mobilenet-v3-small, mobilenet-v3-large, efficientnet-b0, resnet18, resnet34 or resnet50, got %s; give one of these, or a file of weights"
            .formatted(model));
  }

  private static PretrainedStart imageNet(String what, String model, DataOptions options)
      throws IOException {
    String name = PretrainedWeights.IMAGENET + model;
    if (!PretrainedWeights.isKnown(name)) {
      throw unknown(model);
    }
    return known(what, model, PretrainedWeights.fetch(name, options), new ArrayList<>());
  }

  private static PretrainedStart openImages(String model, DataOptions options, List<String> remarks)
      throws IOException {
    if (!model.equals(Zoo.MOBILENET_V2.title())) {
      throw new UsageException(
          "--pretrained openimages: the weights are for --model mobilenet-v2, got " + model);
    }
    PretrainedWeights.Fetched fetched =
        PretrainedWeights.fetch(PretrainedWeights.OPEN_IMAGES, options);
    PretrainedStart start = known(PretrainedWeights.OPEN_IMAGES, model, fetched, remarks);
    remarks.add(
        "structure: mobilenet-v2 with batch normalisations folded into the convolutions and TensorFlow's padding, as the weights require");
    return start;
  }

  private static PretrainedStart known(
      String what, String model, PretrainedWeights.Fetched fetched, List<String> remarks)
      throws IOException {
    Backbone backbone = Backbone.of(fetched);
    Shape input = backbone.input();
    remarks.add(terms(fetched));
    return new PretrainedStart(
        what,
        StoredModel.of(fetched.file(), backbone.preprocessing()),
        ModelChoice.of(model, backbone),
        new ImageSize(input.size(2), input.size(1)),
        remarks);
  }

  private static String terms(PretrainedWeights.Fetched fetched) {
    PretrainedWeights.Named listing = fetched.weights();
    return "weights: %s, %s; licence %s, %s (%s)"
        .formatted(
            listing.name(),
            listing.description(),
            listing.licence(),
            listing.copyright(),
            fetched.licence());
  }

  void requireColour(boolean grayscale) {
    Optional<Preprocessing> stated = weights.preprocessing();
    if (grayscale && stated.isPresent() && stated.get().mean().size() != 1) {
      throw new Failure(
          "--grayscale: the weights of %s are for colour images; leave it out".formatted(name));
    }
  }
}
