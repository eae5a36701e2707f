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
 * What the flags {@link TrainFlags#TRANSFER} mean.
 *
 * @param pretrained what to begin with; empty for a run without pretrained weights
 * @param views views of each photo that the last layer is fitted to
 * @param fineTune epochs of all layers together
 * @param thaw patterns of weights that these epochs train; all where there are none
 * @param backboneRate the multiple of the learning rate for all layers but the last
 * @param candidates what to choose among; nothing where there is no choice
 * @param minutes how long to try them
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
                  throw new UsageException("--%s: goes with --pretrained only".formatted(flag));
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
    if (candidates.contains(SCRATCH) && !flags.text("freeze").isEmpty()) {
      throw new UsageException(
          "--freeze: goes without scratch among --candidates, whose layers have other names");
    }
    if (isChoice() && flags.share("validation") > 0) {
      throw new UsageException(
          "--validation: goes without --candidates, which hold photos out themselves");
    }
    if (!(minutes > 0)) {
      throw flags.wrong("time-limit", "a number of minutes above 0");
    }
    boolean isTuned = fineTune > 0;
    boolean isPartly = !thaw.isEmpty() || !flags.text("freeze").isEmpty() || backboneRate != 1;
    if (!isTuned && isPartly) {
      throw new UsageException(
          "--freeze, --thaw and --backbone-lr: go with --fine-tune EPOCHS; without it the last layer alone is fitted");
    }
    if (views > 1 && List.of("", "none").contains(flags.text("augment"))) {
      throw new UsageException("--views: more than one need an --augment that changes them");
    }
    if (!isTuned && flags.whole("early-stop", 0, 1_000_000) > 0) {
      throw new UsageException(
          "--early-stop: goes with --fine-tune EPOCHS; the last layer is fitted to its optimum");
    }
    if (!flags.text("init-from").isEmpty()) {
      throw new UsageException("--init-from: goes without --pretrained; give one of the two");
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
      throw flags.wrong("backbone-lr", "a rate above 0; to leave layers as they are, --freeze");
    }
    return isMultiple ? rate : rate / learningRate;
  }

  boolean isOn() {
    return !pretrained.isEmpty();
  }

  /** Whether the run chooses among candidates. */
  boolean isChoice() {
    return !candidates.isEmpty();
  }

  /** Whether there are training steps, which a checkpoint can lie between. */
  boolean hasSteps() {
    return fineTune > 0 && !isChoice();
  }

  /** Tells the trainer which weights learn, and at which rate. */
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

  /** The name of the last layer, which is new. */
  static String head(Graph graph) {
    return OutputLayer.of(graph)
        .filter(node -> node.layer() instanceof Dense)
        .orElseThrow(
            () ->
                new UsageException(
                    "--pretrained: the network's last layer with weights is no dense layer of its outputs; give another --model"))
        .name();
  }
}
