package io.fovea.cli.train;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.WrongUsage;
import io.fovea.layer.Dense;
import io.fovea.network.Graph;
import io.fovea.network.NamePattern;
import io.fovea.network.Network;
import io.fovea.train.Trainer;
import java.util.List;

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
  static final String FROZEN = "frozen";
  static final String TUNED = "tuned";
  static final String SCRATCH = "scratch";

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
    if (!List.of(FROZEN, TUNED, SCRATCH).containsAll(candidates)) {
      throw flags.wrong("candidates", "some of frozen, tuned, scratch, joined by commas");
    }
    if (fineTune == 0 && (candidates.contains(TUNED) || candidates.contains(SCRATCH))) {
      throw new UsageException(
          "--candidates: tuned and scratch need --fine-tune EPOCHS, such as --fine-tune 30");
    }
    if (candidates.contains(SCRATCH) && !flags.text("freeze").isEmpty()) {
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
    boolean isFitted = !isChoice() || candidates.contains(FROZEN);
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
