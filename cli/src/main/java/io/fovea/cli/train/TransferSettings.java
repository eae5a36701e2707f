package io.fovea.cli.train;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.WrongUsage;
import io.fovea.layer.Dense;
import io.fovea.network.Graph;
import io.fovea.network.NamePattern;
import io.fovea.network.Network;
import io.fovea.train.Trainer;
import io.fovea.transfer.CandidateKind;
import io.fovea.transfer.OutputLayer;
import io.fovea.transfer.PhotosRecipe;
import io.fovea.transfer.Transfer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The meaning of the flags {@link TrainFlags#TRANSFER}.
 *
 * @param pretrained the pretrained weights; empty for a run without
 * @param views the number of views of each photo for the last layer's fit
 * @param fineTune epochs of all layers together
 * @param thaw patterns of weights that these epochs train; empty for all
 * @param backboneRate the multiple of the learning rate for all layers but the last
 * @param candidates the candidates; empty for none
 * @param minutes the time limit for them
 */
record TransferSettings(
    String pretrained,
    int views,
    int fineTune,
    List<String> thaw,
    double backboneRate,
    List<String> candidates,
    double minutes) {
  private static final List<String> KINDS =
      Stream.of(CandidateKind.values()).map(CandidateKind::title).toList();

  /** The flags of {@code --pretrained} without a recipe. */
  static Map<String, String> pretrainedFlags() {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("model", "mobilenet-v2");
    flags.put("pretrained", PretrainedStart.AUTO);
    flags.put("optimizer", "adam");
    flags.put("lr", text(PhotosRecipe.LEARNING_RATE));
    flags.put("batch", text(PhotosRecipe.BATCH));
    flags.put("warmup", text(PhotosRecipe.WARM_UP));
    flags.put("clip", text(PhotosRecipe.CLIPPING));
    flags.put("label-smoothing", text(PhotosRecipe.LABEL_SMOOTHING));
    flags.put("augment", PhotosRecipe.AUGMENTATION);
    return flags;
  }

  /** The flags of {@code --recipe photos}. */
  static Map<String, String> photosFlags() {
    Map<String, String> flags = pretrainedFlags();
    flags.put(
        "candidates",
        PhotosRecipe.CANDIDATES.stream()
            .map(CandidateKind::title)
            .collect(Collectors.joining(",")));
    flags.put("class-weights", PhotosRecipe.BALANCED ? "balanced" : "none");
    flags.put("views", text(PhotosRecipe.VIEWS));
    flags.put("fine-tune", text(PhotosRecipe.EPOCHS));
    flags.put("time-limit", Long.toString(PhotosRecipe.TIME_LIMIT.toMinutes()));
    return flags;
  }

  /** A number in digits, such as 0.0003. */
  private static String text(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Reads and checks the flags. */
  static TransferSettings of(FlagTexts flags, float learningRate) {
    TransferSettings transfer =
        new TransferSettings(
            flags.text("pretrained"),
            flags.whole("views", 1, 1000),
            flags.whole("fine-tune", 0, 1_000_000),
            flags.texts("thaw"),
            backboneRate(flags, learningRate),
            flags.texts("candidates"),
            flags.number("time-limit"));
    if (transfer.pretrained.isEmpty()) {
      TrainFlags.TRANSFER
          .defaults()
          .forEach(
              (flag, value) -> {
                if (!flags.text(flag).equals(value)) {
                  throw new UsageException("--%s: needs --pretrained".formatted(flag));
                }
              });
      return transfer;
    }
    transfer.check(flags);
    return transfer;
  }

  private void check(FlagTexts flags) {
    if (!KINDS.containsAll(candidates)) {
      throw flags.wrong("candidates", "some of frozen, tuned, scratch, joined by commas");
    }
    boolean isScratch = candidates.contains(CandidateKind.SCRATCH.title());
    if (fineTune == 0 && (isScratch || candidates.contains(CandidateKind.TUNED.title()))) {
      throw new UsageException(
          "--candidates: tuned and scratch need --fine-tune EPOCHS, such as --fine-tune 30");
    }
    if (isScratch && !flags.text("freeze").isEmpty()) {
      throw new UsageException(
          "--freeze: cannot be combined with scratch in --candidates, whose layers have other names");
    }
    if (isChoice() && flags.share("validation") > 0) {
      throw new UsageException(
          "--validation: cannot be combined with --candidates, which hold photos out themselves");
    }
    if (!(minutes > 0)) {
      throw flags.wrong("time-limit", "a number of minutes above 0");
    }
    boolean isTuned = fineTune > 0;
    boolean isPartly = !thaw.isEmpty() || !flags.text("freeze").isEmpty() || backboneRate != 1;
    if (!isTuned && isPartly) {
      throw new UsageException(
          "--freeze, --thaw and --backbone-lr: need --fine-tune EPOCHS; without it only the last layer is fitted");
    }
    if (views > 1 && List.of("", "none").contains(flags.text("augment"))) {
      throw new UsageException("--views: more than one needs --augment");
    }
    boolean isFitted = !isChoice() || candidates.contains(CandidateKind.FROZEN.title());
    if (views > 1 && isFitted && Settings.augmentation(flags.text("augment")).mixes()) {
      throw new UsageException(
          "--augment: mixup and cutmix cannot be combined with --views %d, each of which shows one photo; leave them out, or give --views 1"
              .formatted(views));
    }
    if (!isTuned && flags.whole("early-stop", 0, 1_000_000) > 0) {
      throw new UsageException(
          "--early-stop: needs --fine-tune EPOCHS; the last layer is fitted to its optimum");
    }
    if (!flags.text("init-from").isEmpty()) {
      throw new UsageException(
          "--init-from: cannot be combined with --pretrained; give one of the two");
    }
  }

  private static double backboneRate(FlagTexts flags, float learningRate) {
    String text = flags.text("backbone-lr");
    boolean isMultiple = text.endsWith("x");
    double rate =
        flags.parsed(
            "backbone-lr",
            "a rate such as 0.0001, or a multiple such as 0.1x",
            all -> WrongUsage.decimal(isMultiple ? all.substring(0, all.length() - 1) : all));
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw flags.wrong("backbone-lr", "a rate above 0; use --freeze to keep layers unchanged");
    }
    return isMultiple ? rate : rate / learningRate;
  }

  boolean isOn() {
    return !pretrained.isEmpty();
  }

  /** Whether the run has candidates. */
  boolean isChoice() {
    return !candidates.isEmpty();
  }

  /** Whether there are training steps, and so checkpoints. */
  boolean hasSteps() {
    return fineTune > 0 && !isChoice();
  }

  /** Sets what the library's search or fit depends on. */
  void apply(Transfer transfer) {
    double seconds = 60 * minutes;
    long whole = (long) seconds;
    transfer.views(views).timeLimit(Duration.ofSeconds(whole, Math.round((seconds - whole) * 1e9)));
    if (isChoice()) {
      transfer.candidates(
          candidates.stream()
              .map(title -> CandidateKind.valueOf(title.toUpperCase(Locale.ROOT)))
              .toArray(CandidateKind[]::new));
    }
  }

  /** Sets which weights the trainer changes, and at which rate. */
  void apply(Trainer trainer, Network network) {
    if (!isOn()) {
      return;
    }
    String head = head(network.graph()) + ".";
    List<NamePattern> thawed = thaw.stream().map(NamePattern::new).toList();
    List<String> names =
        network.graph().weights().stream()
            .filter(weight -> weight.parameter().role().isTrained())
            .map(Graph.Weight::name)
            .toList();
    for (NamePattern pattern : thawed) {
      if (names.stream().noneMatch(pattern::matches)) {
        throw new UsageException(
            "--thaw: the pattern \"%s\" matches no weight; there are %s"
                .formatted(pattern.text(), names));
      }
    }
    for (String name : names) {
      boolean isTrained =
          thawed.isEmpty()
              || name.startsWith(head)
              || thawed.stream().anyMatch(pattern -> pattern.matches(name));
      if (!isTrained) {
        trainer.freeze(name);
      }
    }
    if (backboneRate != 1) {
      trainer.rate("*", backboneRate).rate(head + "*", 1);
    }
  }

  /** The name of the new last layer. */
  static String head(Graph graph) {
    return OutputLayer.of(graph)
        .filter(node -> node.layer() instanceof Dense)
        .orElseThrow(
            () ->
                new UsageException(
                    "--pretrained: the network's last layer with weights is not a dense layer; give another --model"))
        .name();
  }
}
