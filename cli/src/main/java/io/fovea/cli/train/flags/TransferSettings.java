package io.fovea.cli.train.flags;

import io.fovea.cli.screen.UsageException;
import io.fovea.data.augment.Pipeline;
import io.fovea.layer.Dense;
import io.fovea.network.Graph;
import io.fovea.network.NamePattern;
import io.fovea.network.Network;
import io.fovea.train.Trainer;
import io.fovea.transfer.CandidateKind;
import io.fovea.transfer.Effort;
import io.fovea.transfer.OutputLayer;
import io.fovea.transfer.PhotosRecipe;
import io.fovea.transfer.Transfer;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The meaning of the flags {@link FlagGroup#PRETRAINED}.
 *
 * @param pretrained the pretrained weights; empty for a run without
 * @param views the number of views of each photo for the last layer's fit
 * @param fineTune epochs of all layers together
 * @param thaw patterns of weights that these epochs train; empty for all
 * @param backboneRate the multiple of the learning rate for all layers but the last
 * @param effort how much of them is tried
 * @param coverage the share of photos whose class an answer names
 */
public record TransferSettings(
    String pretrained,
    int views,
    int fineTune,
    List<String> thaw,
    double backboneRate,
    List<CandidateKind> candidates,
    Effort effort,
    double coverage) {
  /** The flags of {@code --pretrained} without a recipe. */
  static Map<String, String> pretrainedFlags() {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("model", "mobilenet-v2");
    flags.put("pretrained", Settings.AUTO);
    flags.put("optimizer", "adam");
    flags.put("lr", text(PhotosRecipe.LEARNING_RATE));
    flags.put("batch", text(PhotosRecipe.BATCH));
    flags.put("warmup", text(PhotosRecipe.WARM_UP));
    flags.put("clip", text(PhotosRecipe.CLIPPING));
    flags.put("label-smoothing", text(PhotosRecipe.LABEL_SMOOTHING));
    flags.put("augment", PhotosRecipe.AUGMENTATION);
    return flags;
  }

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
    flags.put("effort", PhotosRecipe.EFFORT.title());
    return flags;
  }

  /** A number in digits, such as 0.0003. */
  private static String text(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  static TransferSettings of(Settings settings) {
    TransferSettings transfer =
        new TransferSettings(
            settings.get(TrainFlags.PRETRAINED),
            settings.get(TrainFlags.VIEWS),
            settings.get(TrainFlags.FINE_TUNE),
            settings.get(TrainFlags.THAW),
            settings.get(TrainFlags.BACKBONE_LR).multiple(settings.optimizer().learningRate()),
            settings.get(TrainFlags.CANDIDATES),
            settings.get(TrainFlags.EFFORT),
            settings.get(TrainFlags.COVERAGE));
    if (transfer.isOn()) {
      transfer.check(settings);
      return transfer;
    }
    for (Flag<?> flag : TrainFlags.TABLE.flags()) {
      if (flag.group() == FlagGroup.PRETRAINED && !settings.text(flag).equals(flag.usual())) {
        throw new UsageException(flag.name(), "needs --pretrained");
      }
    }
    return transfer;
  }

  private void check(Settings settings) {
    boolean isTuned = fineTune > 0;
    boolean isScratch = candidates.contains(CandidateKind.SCRATCH);
    boolean hasFrozen = !settings.get(TrainFlags.FREEZE).isEmpty();
    Pipeline augmentation = settings.get(TrainFlags.AUGMENT);
    boolean isFitted = !isChoice() || candidates.contains(CandidateKind.FROZEN);
    refuse(
        !isTuned && (isScratch || candidates.contains(CandidateKind.TUNED)),
        "--candidates: tuned and scratch need --fine-tune EPOCHS, such as --fine-tune 30");
    refuse(
        effort != PhotosRecipe.EFFORT && !isChoice(),
        "--effort: needs --candidates, which --recipe photos has");
    refuse(
        effort == Effort.QUICK && isChoice() && !candidates.contains(CandidateKind.FROZEN),
        "--effort: quick tries frozen alone, which is not among --candidates; give another effort, or add frozen");
    refuse(
        isScratch && hasFrozen,
        "--freeze: cannot be combined with scratch in --candidates, whose layers have other names");
    refuse(
        isChoice() && settings.get(TrainFlags.VALIDATION) > 0,
        "--validation: cannot be combined with --candidates, which hold photos out themselves");
    refuse(
        !isTuned && (!thaw.isEmpty() || hasFrozen || backboneRate != 1),
        "--freeze, --thaw and --backbone-lr: need --fine-tune EPOCHS; without it only the last layer is fitted");
    refuse(
        views > 1 && List.of("", "none").contains(settings.text(TrainFlags.AUGMENT)),
        "--views: more than one needs --augment");
    refuse(
        views > 1 && isFitted && augmentation.mixes(),
        "--augment: mixup and cutmix cannot be combined with --views %d, each of which shows one photo; leave them out, or give --views 1"
            .formatted(views));
    refuse(
        !isTuned && settings.get(TrainFlags.EARLY_STOP) > 0,
        "--early-stop: needs --fine-tune EPOCHS; the last layer is fitted to its optimum");
    refuse(
        !settings.text(TrainFlags.INIT_FROM).isEmpty(),
        "--init-from: cannot be combined with --pretrained; give one of the two");
  }

  private static void refuse(boolean isWrong, String message) {
    if (isWrong) {
      throw new UsageException(message);
    }
  }

  public boolean isOn() {
    return !pretrained.isEmpty();
  }

  public boolean isChoice() {
    return !candidates.isEmpty();
  }

  public boolean hasSteps() {
    return fineTune > 0 && !isChoice();
  }

  /** Refuses a fit of the last layer, and a choice, which are for images of one label each. */
  void requireSteps(String images) {
    refuse(
        isOn() && !hasSteps(),
        "--%s: expects images of one label each, got several in %s; give --loss sigmoid --pretrained %s --fine-tune EPOCHS"
            .formatted(isChoice() ? "candidates" : "pretrained", images, pretrained));
  }

  /** Sets what the library's search or fit depends on. */
  public void apply(Transfer transfer) {
    transfer.views(views).effort(effort).coverage(coverage);
    if (isChoice()) {
      transfer.candidates(candidates.toArray(CandidateKind[]::new));
    }
  }

  /** Sets which weights the trainer changes, and at which rate. */
  public void apply(Trainer trainer, Network network) {
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
            "thaw",
            "the pattern \"%s\" matches no weight; there are %s".formatted(pattern.text(), names));
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

  public static String head(Graph graph) {
    return OutputLayer.of(graph)
        .filter(node -> node.layer() instanceof Dense)
        .orElseThrow(
            () ->
                new UsageException(
                    "pretrained",
                    "the network's last layer with weights is not a dense layer; give another --model"))
        .name();
  }
}
