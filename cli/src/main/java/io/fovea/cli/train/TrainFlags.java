package io.fovea.cli.train;

import io.fovea.cli.screen.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code train} that make up a run. They are kept as texts, which is how a run
 * folder's configuration keeps them too; {@link Settings} gives them meaning. A flag that was not
 * given keeps its default, or what the resumed run had.
 */
public final class TrainFlags {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE.json",
      description =
          "A named set of these flags: mnist-classic, mnist-sprint, mnist-best, fashion-best or photos; flags given beside it win.")
  @Nullable String recipe;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      description =
          "The network: a name, a description as FILE.json, or a trained model (.safetensors, .onnx, a run folder), of which structure, preprocessing and image size are taken; its weights by --init-from (default: two-layer-cnn).")
  @Nullable String model;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the images (default: 3).")
  @Nullable String epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Images of one step (default: 64).")
  @Nullable String batch;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description =
          "Learning rate (default: 0.01; most built-in networks have their own, two-layer-cnn 0.001 with --normalize standard; adam, adamw and rmsprop 0.001).")
  @Nullable String lr;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "sgd, nesterov, adam, adamw or rmsprop (default: sgd).")
  @Nullable String optimizer;

  @Option(
      names = "--momentum",
      paramLabel = "M",
      description = "Momentum of sgd and nesterov (default: 0.9).")
  @Nullable String momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      description = "Decay of all parameters, in the gradient; decoupled for adamw (default: 0).")
  @Nullable String weightDecay;

  @Option(
      names = "--l2",
      paramLabel = "L",
      description = "Adds 0.5*L*|w|^2 to the loss, over weights, not biases (default: 0).")
  @Nullable String l2;

  @Option(
      names = "--normalize",
      paramLabel = "HOW",
      description =
          "unit (pixel/255), standard (minus the training mean, over its deviation) or own (as --init-from, else --model states it) (default: own where one is stated, else unit).")
  @Nullable String normalize;

  @Option(
      names = "--label-smoothing",
      paramLabel = "S",
      description = "Share of the target spread over all classes (default: 0).")
  @Nullable String labelSmoothing;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "cross-entropy, focal or focal:GAMMA (easy images count less), sigmoid (each class is a question of its own) or squared (default: cross-entropy). Whatever it is, answers are shares of all classes, the softmax of the outputs.")
  @Nullable String loss;

  @Option(
      names = "--class-weights",
      paramLabel = "HOW",
      description =
          "none, or balanced: each class counts as much as any other, however many images it has (default: none).")
  @Nullable String classWeights;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description =
          "Scale the gradients of a step down to this norm where theirs is larger (default: 0, never).")
  @Nullable String clip;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      description =
          "Keep the exponential moving average of the weights, such as 0.999, and make it the model (default: 0, none).")
  @Nullable String ema;

  @Option(
      names = "--accumulate",
      paramLabel = "K",
      description = "Batches whose gradients make one step together (default: 1).")
  @Nullable String accumulate;

  @Option(
      names = "--freeze",
      paramLabel = "PATTERN",
      description =
          "Matching weights (conv*) stay as they are; several joined by commas (default: none).")
  @Nullable String freeze;

  @Option(
      names = "--schedule",
      paramLabel = "HOW",
      description =
          "constant, step:EVERY:GAMMA (EVERY in epochs), cosine, one-cycle, plateau or plateau:PATIENCE:FACTOR (lower when the validation loss, or without validation images the training loss, no longer falls; 10 epochs and 0.1 unless given) (default: cosine).")
  @Nullable String schedule;

  @Option(
      names = "--warmup",
      paramLabel = "STEPS",
      description = "Steps of a linear rise of the learning rate (default: 0).")
  @Nullable String warmup;

  @Option(
      names = "--augment",
      paramLabel = "HOW",
      description =
          "Random changes to training images: affine, mnist, fashion, cifar, or operations joined by +, such as rotate:10+shift:2+mixup:0.2, for photos random-resized-crop+flip+color-jitter, rand-augment or trivial-augment; look at them with fovea data show (default: none).")
  @Nullable String augment;

  @Option(
      names = "--init",
      paramLabel = "HOW",
      description = "he, xavier or normal:STD (default: he).")
  @Nullable String init;

  @Option(
      names = "--init-from",
      paramLabel = "FILE",
      description =
          "Start from the weights of a .safetensors or .onnx file or a run folder, with the preprocessing and the image size that they were trained with.")
  @Nullable String initFrom;

  @Option(
      names = "--init-skip",
      paramLabel = "PATTERN",
      description = "With --init-from: matching weights (dense2.*) stay fresh.")
  @Nullable String initSkip;

  @Option(
      names = "--rename",
      paramLabel = "OLD=NEW",
      description =
          "With --init-from: the file's OLD is this network's NEW; several joined by commas.")
  @Nullable String rename;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random (default: 42).")
  @Nullable String seed;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N training images (default: all).")
  @Nullable String limit;

  @Option(
      names = "--validation",
      paramLabel = "FRACTION",
      description = "Hold out this share of the training images to choose by (default: 0).")
  @Nullable String validation;

  @Option(
      names = "--shuffle",
      paramLabel = "on|off",
      description = "A new order of the images in each epoch (default: on).")
  @Nullable String shuffle;

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      description = "vector, vector-direct (without Winograd) or reference (default: vector).")
  @Nullable String kernels;

  @Option(
      names = "--early-stop",
      paramLabel = "EPOCHS",
      description =
          "Stop after so many epochs without a better validation loss; needs --validation (default: 0, never).")
  @Nullable String earlyStop;

  @Option(
      names = "--log-every",
      paramLabel = "N",
      description = "Steps between lines of metrics.jsonl (default: 10).")
  @Nullable String logEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Steps between checkpoints, besides one after each epoch (default: 500).")
  @Nullable String checkpointEvery;

  /** Flags without a value. */
  private static final List<String> SWITCHES = List.of("grayscale", "skip-broken");

  private static final Map<String, String> DEFAULTS = defaults();

  private static Map<String, String> defaults() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("recipe", "");
    all.put("model", "two-layer-cnn");
    all.put("epochs", "3");
    all.put("batch", "64");
    all.put("lr", "auto");
    all.put("optimizer", "sgd");
    all.put("momentum", "0.9");
    all.put("weight-decay", "0");
    all.put("l2", "0");
    all.put("normalize", "auto");
    all.put("label-smoothing", "0");
    all.put("loss", "cross-entropy");
    all.put("class-weights", "none");
    all.put("clip", "0");
    all.put("ema", "0");
    all.put("accumulate", "1");
    all.put("freeze", "");
    all.put("schedule", "cosine");
    all.put("warmup", "0");
    all.put("augment", "none");
    all.put("init", "he");
    all.put("init-from", "");
    all.put("init-skip", "");
    all.put("rename", "");
    all.put("seed", "42");
    all.put("limit", "0");
    all.put("validation", "0");
    all.put("shuffle", "on");
    all.put("kernels", "auto");
    all.put("early-stop", "0");
    all.put("log-every", "10");
    all.put("checkpoint-every", "500");
    all.put("image-size", "");
    all.put("grayscale", "off");
    all.put("skip-broken", "off");
    TransferFlags.addTo(all);
    return all;
  }

  /** Every flag of a run with its default. */
  public static Map<String, String> standard() {
    return new LinkedHashMap<>(DEFAULTS);
  }

  /** A flag of a run as one types it: with its value, or by itself where it takes none. */
  public static List<String> arguments(String name, String value) {
    if (SWITCHES.contains(name)) {
      return value.equals("on") ? List.of("--" + name) : List.of();
    }
    return List.of("--" + name, value);
  }

  /** The flags of a run that were given on this command line. */
  public static Map<String, String> given(ParseResult parsed) {
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      String name = option.longestName().substring(2);
      if (SWITCHES.contains(name)) {
        given.put(name, "on");
      } else if (DEFAULTS.containsKey(name)) {
        given.put(name, String.valueOf(option.<Object>getValue()));
      }
    }
    // A script whose variable is empty wants weights or a recipe, not to do without.
    for (String name : List.of("recipe", "init-from", "image-size", "pretrained")) {
      if (given.getOrDefault(name, "given").isBlank()) {
        throw new UsageException("--%s: expects a value, got an empty text".formatted(name));
      }
    }
    return given;
  }
}
