package io.fovea.cli.train.flags;

import io.fovea.cli.screen.UsageException;
import io.fovea.data.augment.Pipeline;
import io.fovea.data.base.ImageSize;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.optim.Clipping;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.transfer.CandidateKind;
import io.fovea.transfer.Effort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code train} that define a run, in the order of config.json. {@code --help}, the
 * configuration, the studio's form and {@code docs/flags.md} are made of this table; {@link
 * Settings} has the values of a run.
 */
public final class TrainFlags {
  private static final int MILLION = 1_000_000;

  public static final FlagTable TABLE =
      FlagTable.of(
          """
          --recipe NAME|FILE.json [] NETWORK
            A named set of these flags: mnist-classic, mnist-sprint, mnist-best, fashion-best or photos; other flags override it.
            >
          --model NAME|FILE [two-layer-cnn] NETWORK
            The network: a name, a description as FILE.json, or the structure, preprocessing and image size of a trained model (.safetensors, .onnx, a run folder), whose weights need --init-from (default: two-layer-cnn).
            >
          --epochs N [3] LEARNING
            Passes over the images (default: 3).
            > main | Epochs | How often the network sees every image.
          --batch N [64] LEARNING
            Images of one step (default: 64).
            > main | Batch size | Images of one step.
          --lr RATE [auto] LEARNING
            Learning rate (default: 0.01; most built-in networks have their own, two-layer-cnn 0.001 with --normalize standard; adam, adamw and rmsprop 0.001).
            > main | Learning rate | Size of a step; auto suits the network.
          --optimizer NAME [sgd] LEARNING
            sgd, nesterov, adam, adamw or rmsprop (default: sgd).
            > more | Optimiser | How gradients become steps.
          --momentum M [0.9] LEARNING
            Momentum of sgd and nesterov (default: 0.9).
            > more | Momentum | Share of the last step that is added.
          --weight-decay D [0] LEARNING
            Weight decay of all parameters, in the gradient; decoupled for adamw (default: 0).
            > more | Weight decay | Pulls weights towards 0.
          --l2 L [0] LEARNING
            Adds 0.5*L*|w|^2 to the loss, over weights, not biases (default: 0); 0.05:dense* is for matching weights alone.
            >
          --normalize HOW [auto] NETWORK
            unit (pixel/255), standard (minus the training mean, over its deviation) or own (that of --init-from, else of --model) (default: own if stated, else unit).
            >
          --label-smoothing S [0] LEARNING
            Share of the target spread over all classes (default: 0).
            > more | Label smoothing | Share of the target for all classes, such as 0.1.
          --loss NAME [cross-entropy] LEARNING
            cross-entropy, sigmoid (a binary decision for each class) or squared (default: cross-entropy). Predictions are the softmax of the outputs; with several labels a photo, which need sigmoid, their sigmoids.
            >
          --class-weights HOW [none] DATA
            none, or balanced: each class counts the same, for any number of images (default: none).
            > more | Class weights | balanced: rare classes count as much.
          --clip NORM [0] LEARNING
            Scale the gradients of a step down to this norm if theirs is larger (default: 0, never).
            >
          --ema DECAY [0] LEARNING
            Keep the exponential moving average of the weights, such as 0.999, and make it the model (default: 0, none).
            >
          --accumulate K [1] LEARNING
            Batches whose gradients make one step together (default: 1).
            >
          --freeze PATTERN [] LEARNING
            Do not train matching weights (conv*); several joined by commas (default: none).
          --schedule HOW [cosine] LEARNING
            constant, step:EVERY:GAMMA (EVERY in epochs), cosine, one-cycle, plateau or plateau:PATIENCE:FACTOR (lower the rate when the validation loss, or without validation images the training loss, stops falling; default 10 epochs and 0.1) (default: cosine).
            > more | Schedule | How the learning rate changes. | cosine constant one-cycle plateau
          --warmup STEPS [0] LEARNING
            Steps of a linear rise of the learning rate (default: 0).
            >
          --augment HOW [none] DATA
            Random changes to training images: affine, mnist, fashion, cifar, or operations joined by +, such as rotate:10+shift:2+mixup:0.2, for photos random-resized-crop+flip+color-jitter, rand-augment or trivial-augment; fovea data show draws them (default: none).
            > more | Augmentation | Small random changes to the images, against overfitting. | none affine mnist fashion cifar random-resized-crop+flip trivial-augment
          --init HOW [he] NETWORK
            he, xavier or normal:STD (default: he).
            >
          --init-from FILE [] NETWORK
            Start from the weights of a .safetensors or .onnx file or a run folder, with their preprocessing and image size.
          --init-skip PATTERN [] NETWORK
            With --init-from: matching weights (dense2.*) keep their random start.
          --rename OLD=NEW [] NETWORK
            With --init-from: OLD in the file is NEW in this network; several joined by commas.
          --fork RUN@STEP [] LEARNING
            Continue RUN from its state after STEP as a new run: with its data and flags, but for those given.
          --relabel FILE=CLASS [] DATA
            The training image FILE (or its number) is of CLASS; several joined by commas.
          --leave-out FILE [] DATA
            Train without the image FILE (or its number), in the same order of the others; several joined by commas.
          --seed N [42] LEARNING
            Seed of everything random (default: 42).
            > more | Seed | Same seed, same run.
          --limit N [0] DATA
            Only the first N training images (default: all).
            > more | Images | Only the first N; 0 means all.
          --validation FRACTION [0] DATA
            Hold out this share of the training images for validation (default: 0).
            > more | Held out | Share held out to choose the best epoch.
          --group-by HOW [] DATA
            Keep image files of one group on one side of every split: folder (theirs, below the class folder), a column of the CSV file, or a regular expression that finds the group in the path (default: none).
            >
          --shuffle on|off [on] DATA
            A new order of the images in each epoch (default: on).
            >
          --kernels SET [auto] PROCESS
            vector, vector-direct (without Winograd) or reference (default: vector).
          --early-stop EPOCHS [0] LEARNING
            Stop after so many epochs without a better validation loss; needs --validation (default: 0, never).
            > more | Early stop | Epochs without a better loss of the images held out; 0: never.
          --log-every N [10] PROCESS
            Steps between lines of metrics.jsonl (default: 10).
            >
          --checkpoint-every N [500] PROCESS
            Steps between checkpoints, besides one after each epoch (default: 500).
            >
          --keep-checkpoints EPOCHS [0] PROCESS
            Keep a checkpoint every so many epochs in the run folder's checkpoints/, from which replays begin (default: 0, none).
            >
          --image-size WxH [] DATA
            Resize all images to this size (default: the model's, if it has one; else for photos of different or large sizes one of at most 224, which is printed).
            > more | Image size | Such as 64x64; empty: unchanged, 224 at most. | 28x28 32x32 64x64 96x96 128x128 160x160 224x224
          --grayscale [off] DATA
            Convert colour images to grey.
            > more | Grey | Turn colour into grey.
          --skip-broken [off] DATA
            Skip image files that cannot be read, and print their number.
            >
          --pretrained WHAT [] PRETRAINED alone auto
            Start from pretrained weights and fit a new last layer to the data's classes: imagenet, openimages, a name of fovea weights list or a file of weights (without WHAT: imagenet if available, else openimages). --model is then mobilenet-v2 by default.
            >
          --views N [1] PRETRAINED
            With --pretrained: fit the last layer to N views of each photo, all but the first changed by --augment (default: 1).
            >
          --fine-tune EPOCHS [0] PRETRAINED
            With --pretrained: after fitting the last layer, train all layers for so many epochs (default: 0).
            > main | Fine-tune epochs | All layers, after the last one is fitted.
          --thaw PATTERN [] PRETRAINED
            With --fine-tune: train only matching weights (features_1?_*) and the last layer; several joined by commas (default: all).
          --backbone-lr RATE [1x] PRETRAINED
            With --fine-tune: the learning rate of all layers but the last, as a number or a multiple of --lr such as 0.1x (default: 1x).
            >
          --candidates LIST [] PRETRAINED
            With --pretrained: try frozen, tuned and scratch, or some of them joined by commas (the last two need --fine-tune), and keep the best on held-out photos (default: none).
          --effort LEVEL [standard] PRETRAINED
            With --candidates: quick (frozen alone), standard or thorough (more folds and epochs, and a second learning rate) (default: standard).
            > main | Effort | quick: frozen features alone; thorough takes several times as long.
          --coverage SHARE [0.95] PRETRAINED
            With --candidates: the share of new photos of the same kind whose class is among those that predict names, and that are not called none of these (default: 0.95).
            >
          """);

  public static final Flag<String> RECIPE = TABLE.flag("recipe", Parser.text());
  public static final Flag<String> MODEL = TABLE.flag("model", Parser.text());
  public static final Flag<Integer> EPOCHS = TABLE.flag("epochs", Parser.whole(1, MILLION));
  public static final Flag<Integer> BATCH = TABLE.flag("batch", Parser.whole(1, MILLION));
  public static final Flag<Optional<Float>> LR = TABLE.flag("lr", ValueParsers.rate());
  public static final Flag<String> OPTIMIZER =
      TABLE.flag("optimizer", Parser.oneOf(Optimizer.names()));
  public static final Flag<Float> MOMENTUM =
      TABLE.flag("momentum", Parser.rounded("a number from 0 to below 1", m -> m >= 0 && m < 1));
  public static final Flag<Float> WEIGHT_DECAY = TABLE.flag("weight-decay", Parser.notNegative());
  public static final Flag<L2> L2 = TABLE.flag("l2", ValueParsers.l2());
  public static final Flag<String> NORMALIZE =
      TABLE.flag("normalize", ValueParsers.normalization());
  public static final Flag<Double> LABEL_SMOOTHING = TABLE.flag("label-smoothing", Parser.share());
  public static final Flag<LossFlags> LOSS = TABLE.flag("loss", LossFlags.parser());
  public static final Flag<String> CLASS_WEIGHTS =
      TABLE.flag("class-weights", Parser.oneOf("none", "balanced"));
  public static final Flag<Clipping> CLIP = TABLE.flag("clip", ValueParsers.clipping());
  public static final Flag<Double> EMA = TABLE.flag("ema", Parser.share());
  public static final Flag<Integer> ACCUMULATE = TABLE.flag("accumulate", Parser.whole(1, MILLION));
  public static final Flag<List<String>> FREEZE = TABLE.flag("freeze", ValueParsers.patterns());
  public static final Flag<Schedule> SCHEDULE = TABLE.flag("schedule", ValueParsers.schedule());
  public static final Flag<Integer> WARMUP =
      TABLE.flag("warmup", Parser.whole(0, Integer.MAX_VALUE));
  public static final Flag<Pipeline> AUGMENT = TABLE.flag("augment", Parser.of(Pipeline::parse));
  public static final Flag<Initializer> INIT = TABLE.flag("init", ValueParsers.initializer());
  public static final Flag<String> INIT_FROM = TABLE.flag("init-from", Parser.text());
  public static final Flag<List<String>> INIT_SKIP = TABLE.flag("init-skip", Parser.texts());
  public static final Flag<List<String>> RENAME = TABLE.flag("rename", Parser.texts());
  public static final Flag<String> FORK = TABLE.flag("fork", Parser.text());
  public static final Flag<List<String>> RELABEL = TABLE.flag("relabel", Parser.texts());
  public static final Flag<List<String>> LEAVE_OUT = TABLE.flag("leave-out", Parser.texts());
  public static final Flag<Long> SEED =
      TABLE.flag("seed", Parser.of("a whole number", Long::valueOf));
  public static final Flag<Integer> LIMIT = TABLE.flag("limit", Parser.whole(0, Integer.MAX_VALUE));
  public static final Flag<Double> VALIDATION = TABLE.flag("validation", Parser.share());
  public static final Flag<String> GROUP_BY = TABLE.flag("group-by", ValueParsers.groups());
  public static final Flag<Boolean> SHUFFLE =
      TABLE.flag("shuffle", Parser.oneOf("on", "off").map("on"::equals));
  public static final Flag<KernelSet> KERNELS = TABLE.flag("kernels", ValueParsers.kernels());
  public static final Flag<Integer> EARLY_STOP = TABLE.flag("early-stop", Parser.whole(0, MILLION));
  public static final Flag<Integer> LOG_EVERY =
      TABLE.flag("log-every", Parser.whole(1, Integer.MAX_VALUE));
  public static final Flag<Integer> CHECKPOINT_EVERY =
      TABLE.flag("checkpoint-every", Parser.whole(1, Integer.MAX_VALUE));
  public static final Flag<Integer> KEEP_CHECKPOINTS =
      TABLE.flag("keep-checkpoints", Parser.whole(0, MILLION));
  public static final Flag<Optional<ImageSize>> IMAGE_SIZE =
      TABLE.flag("image-size", ValueParsers.imageSize());
  public static final Flag<Boolean> GRAYSCALE = TABLE.flag("grayscale", Parser.onOff());
  public static final Flag<Boolean> SKIP_BROKEN = TABLE.flag("skip-broken", Parser.onOff());
  public static final Flag<String> PRETRAINED = TABLE.flag("pretrained", Parser.text());
  public static final Flag<Integer> VIEWS = TABLE.flag("views", Parser.whole(1, 1000));
  public static final Flag<Integer> FINE_TUNE = TABLE.flag("fine-tune", Parser.whole(0, MILLION));
  public static final Flag<List<String>> THAW = TABLE.flag("thaw", Parser.texts());
  public static final Flag<BackboneRate> BACKBONE_LR =
      TABLE.flag("backbone-lr", BackboneRate.parser());
  public static final Flag<List<CandidateKind>> CANDIDATES =
      TABLE.flag("candidates", ValueParsers.candidates());
  public static final Flag<Effort> EFFORT = TABLE.flag("effort", ValueParsers.effort());
  public static final Flag<Double> COVERAGE =
      TABLE.flag(
          "coverage",
          Parser.number("a share above 0 and below 1", share -> share > 0 && share < 1));

  private TrainFlags() {}

  /** The flags of a run that were given on a command line. */
  public static Map<String, String> given(ParseResult parsed) {
    Map<String, String> given = TABLE.given(parsed);
    // An empty variable of a script is an error; it does not mean to train without.
    for (Flag<?> flag : List.of(RECIPE, INIT_FROM, IMAGE_SIZE, PRETRAINED, GROUP_BY)) {
      if (given.getOrDefault(flag.name(), "given").isBlank()) {
        throw new UsageException(flag.name(), "expects a value, got an empty text");
      }
    }
    return given;
  }
}
