package io.fovea.cli.train;

import io.fovea.cli.screen.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code train} that define a run. They are kept as texts, as in a run folder's
 * configuration; {@link Settings} interprets them. A flag that was not given has its default, or
 * the value of the resumed run.
 */
public final class TrainFlags {
  private static final FlagTable TABLE =
      FlagTable.of(
          """
          --recipe NAME|FILE.json []
            A named set of these flags: mnist-classic, mnist-sprint, mnist-best, fashion-best or photos; other flags override it.
          --model NAME|FILE [two-layer-cnn]
            The network: a name, a description as FILE.json, or the structure, preprocessing and image size of a trained model (.safetensors, .onnx, a run folder), whose weights need --init-from (default: two-layer-cnn).
          --epochs N [3]
            Passes over the images (default: 3).
          --batch N [64]
            Images of one step (default: 64).
          --lr RATE [auto]
            Learning rate (default: 0.01; most built-in networks have their own, two-layer-cnn 0.001 with --normalize standard; adam, adamw and rmsprop 0.001).
          --optimizer NAME [sgd]
            sgd, nesterov, adam, adamw or rmsprop (default: sgd).
          --momentum M [0.9]
            Momentum of sgd and nesterov (default: 0.9).
          --weight-decay D [0]
            Weight decay of all parameters, in the gradient; decoupled for adamw (default: 0).
          --l2 L [0]
            Adds 0.5*L*|w|^2 to the loss, over weights, not biases (default: 0).
          --normalize HOW [auto]
            unit (pixel/255), standard (minus the training mean, over its deviation) or own (that of --init-from, else of --model) (default: own if stated, else unit).
          --label-smoothing S [0]
            Share of the target spread over all classes (default: 0).
          --loss NAME [cross-entropy]
            cross-entropy, focal or focal:GAMMA (easy images count less), sigmoid (a binary decision for each class) or squared (default: cross-entropy). Predictions are always the softmax of the outputs.
          --class-weights HOW [none]
            none, or balanced: each class counts the same, for any number of images (default: none).
          --clip NORM [0]
            Scale the gradients of a step down to this norm if theirs is larger (default: 0, never).
          --ema DECAY [0]
            Keep the exponential moving average of the weights, such as 0.999, and make it the model (default: 0, none).
          --accumulate K [1]
            Batches whose gradients make one step together (default: 1).
          --freeze PATTERN []
            Do not train matching weights (conv*); several joined by commas (default: none).
          --schedule HOW [cosine]
            constant, step:EVERY:GAMMA (EVERY in epochs), cosine, one-cycle, plateau or plateau:PATIENCE:FACTOR (lower the rate when the validation loss, or without validation images the training loss, stops falling; default 10 epochs and 0.1) (default: cosine).
          --warmup STEPS [0]
            Steps of a linear rise of the learning rate (default: 0).
          --augment HOW [none]
            Random changes to training images: affine, mnist, fashion, cifar, or operations joined by +, such as rotate:10+shift:2+mixup:0.2, for photos random-resized-crop+flip+color-jitter, rand-augment or trivial-augment; fovea data show draws them (default: none).
          --init HOW [he]
            he, xavier or normal:STD (default: he).
          --init-from FILE []
            Start from the weights of a .safetensors or .onnx file or a run folder, with their preprocessing and image size.
          --init-skip PATTERN []
            With --init-from: matching weights (dense2.*) keep their random start.
          --rename OLD=NEW []
            With --init-from: OLD in the file is NEW in this network; several joined by commas.
          --seed N [42]
            Seed of everything random (default: 42).
          --limit N [0]
            Only the first N training images (default: all).
          --validation FRACTION [0]
            Hold out this share of the training images for validation (default: 0).
          --shuffle on|off [on]
            A new order of the images in each epoch (default: on).
          --kernels SET [auto]
            vector, vector-direct (without Winograd) or reference (default: vector).
          --early-stop EPOCHS [0]
            Stop after so many epochs without a better validation loss; needs --validation (default: 0, never).
          --log-every N [10]
            Steps between lines of metrics.jsonl (default: 10).
          --checkpoint-every N [500]
            Steps between checkpoints, besides one after each epoch (default: 500).
          """);

  /** Flags of runs with a pretrained network. */
  static final FlagTable TRANSFER =
      FlagTable.of(
          """
          --pretrained WHAT [] alone auto
            Start from pretrained weights and fit a new last layer to the data's classes: imagenet, openimages, a name of fovea weights list or a file of weights (without WHAT: imagenet if available, else openimages). --model is then mobilenet-v2 by default.
          --views N [1]
            With --pretrained: fit the last layer to N views of each photo, all but the first changed by --augment (default: 1).
          --fine-tune EPOCHS [0]
            With --pretrained: after fitting the last layer, train all layers for so many epochs (default: 0).
          --thaw PATTERN []
            With --fine-tune: train only matching weights (features_1?_*) and the last layer; several joined by commas (default: all).
          --backbone-lr RATE [1x]
            With --fine-tune: the learning rate of all layers but the last, as a number or a multiple of --lr such as 0.1x (default: 1x).
          --candidates LIST []
            With --pretrained: try frozen, tuned and scratch, or some of them joined by commas (the last two need --fine-tune), and keep the best on held-out photos (default: none).
          --time-limit MINUTES [15]
            With --candidates: about how long to search (default: 15).
          """);

  /** Flags without a value. */
  private static final List<String> SWITCHES = List.of("grayscale", "skip-broken");

  private static final Map<String, String> DEFAULTS = defaults();

  private TrainFlags() {}

  private static Map<String, String> defaults() {
    Map<String, String> all = TABLE.defaults();
    all.put("image-size", "");
    SWITCHES.forEach(name -> all.put(name, "off"));
    all.putAll(TRANSFER.defaults());
    return all;
  }

  /** The flags as a mixin of a command. */
  public static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    TABLE.addTo(spec);
    TRANSFER.addTo(spec);
    return spec;
  }

  /** Every flag of a run with its default. */
  public static Map<String, String> standard() {
    return new LinkedHashMap<>(DEFAULTS);
  }

  /** A flag of a run on a command line: with its value, or alone if it has none. */
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
    // An empty variable of a script is an error; it does not mean to train without.
    for (String name : List.of("recipe", "init-from", "image-size", "pretrained")) {
      if (given.getOrDefault(name, "given").isBlank()) {
        throw new UsageException("--%s: expects a value, got an empty text".formatted(name));
      }
    }
    return given;
  }
}
