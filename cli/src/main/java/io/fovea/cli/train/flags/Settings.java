package io.fovea.cli.train.flags;

import io.fovea.cli.report.ReportData;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.UsageException;
import io.fovea.data.augment.Pipeline;
import io.fovea.data.base.DataOptions;
import io.fovea.dataset.Dataset;
import io.fovea.file.DisplayText;
import io.fovea.network.Network;
import io.fovea.network.RefusedException;
import io.fovea.network.Zoo;
import io.fovea.optim.Optimizer;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The settings of a run: the values of its flags, parsed once, of which none is wrong and all go
 * together.
 */
public final class Settings extends FlagValues {
  public static final String UNIT = "unit";

  public static final String STANDARD = "standard";

  /** The scaling stated by the weights, or else by the structure's file. */
  public static final String OWN = "own";

  /** The default: own if a scaling is stated, else unit. */
  public static final String AUTO = "auto";

  /** A flag of runs before --effort, which decided about searches alone. */
  private static final String FORMER = "time-limit";

  static final List<Flag<?>> SAME_IN_FORK =
      List.of(
          TrainFlags.RECIPE,
          TrainFlags.MODEL,
          TrainFlags.PRETRAINED,
          TrainFlags.NORMALIZE,
          TrainFlags.INIT,
          TrainFlags.INIT_FROM,
          TrainFlags.IMAGE_SIZE,
          TrainFlags.GRAYSCALE,
          TrainFlags.SEED,
          TrainFlags.LIMIT,
          TrainFlags.VALIDATION,
          TrainFlags.GROUP_BY);

  private final Optimizer optimizer;
  private final LossFlags loss;
  private final TransferSettings transfer;

  private Settings(FlagValues values) {
    super(values);
    this.optimizer = madeOptimizer();
    this.loss =
        get(TrainFlags.LOSS)
            .with(
                get(TrainFlags.LABEL_SMOOTHING), get(TrainFlags.CLASS_WEIGHTS).equals("balanced"));
    this.transfer = TransferSettings.of(this);
    if (get(TrainFlags.EARLY_STOP) > 0 && get(TrainFlags.VALIDATION) == 0) {
      throw new UsageException("early-stop", "needs --validation FRACTION");
    }
    boolean isFitted = !(text(TrainFlags.INIT_SKIP) + text(TrainFlags.RENAME)).isEmpty();
    if (text(TrainFlags.INIT_FROM).isEmpty() && isFitted) {
      throw new UsageException("--init-skip and --rename: need --init-from FILE");
    }
  }

  /**
   * The settings of texts; a flag without one has its default.
   *
   * @throws UsageException if one is wrong, or some do not go together
   */
  public static Settings of(Map<String, String> texts) {
    return new Settings(FlagValues.of(TrainFlags.TABLE, texts));
  }

  /** The settings of a new run, which may continue another one. */
  public static Settings ofGiven(Map<String, String> given) throws IOException {
    return given.containsKey(TrainFlags.FORK.name()) ? ofFork(given) : ofNewRun(given);
  }

  /** The settings of a new run: the defaults, the flags of its recipe, and those given. */
  public static Settings ofNewRun(Map<String, String> given) throws IOException {
    Map<String, String> all = TrainFlags.TABLE.defaults();
    if (given.containsKey("recipe")) {
      all.putAll(Recipe.of(given.get("recipe")).flags());
    } else if (given.containsKey("pretrained")) {
      all.putAll(TransferSettings.pretrainedFlags());
    }
    if (!TrainFlags.LOSS.usual().equals(given.getOrDefault("loss", TrainFlags.LOSS.usual()))) {
      all.put("label-smoothing", "0"); // a recipe's, which is for cross-entropy
    }
    all.putAll(given);
    Settings settings = of(all);
    boolean isSet =
        given.containsKey("epochs")
            || !settings.text(TrainFlags.EPOCHS).equals(TrainFlags.EPOCHS.usual());
    if (isSet && settings.transfer.isOn()) {
      throw new UsageException(
          "epochs",
          settings.text(TrainFlags.RECIPE).equals("photos")
              ? "the recipe photos has its own epochs; --fine-tune EPOCHS changes them"
              : "with --pretrained, also from a recipe, the last layer is fitted to its optimum; --fine-tune EPOCHS trains the other layers");
    }
    return settings;
  }

  /** The settings of a new run that continues another one: its flags, and those given. */
  private static Settings ofFork(Map<String, String> given) throws IOException {
    String text = given.getOrDefault(TrainFlags.FORK.name(), "");
    for (Flag<?> own : SAME_IN_FORK) {
      if (given.containsKey(own.name())) {
        throw new UsageException(
            own.name(),
            "cannot be combined with --fork, which has the network, the seed and the split of its run; leave it out");
      }
    }
    RunFolder run = new RunFolder(Fork.run(text));
    if (!run.has(RunFolder.CONFIG)) {
      throw new UsageException(
          "fork",
          "expects the folder of a run, got %s, which has no %s; give one such as runs/NAME@700"
              .formatted(run.path(), RunFolder.CONFIG));
    }
    Map<String, String> all = flags(run);
    for (Flag<?> changes : List.of(TrainFlags.RELABEL, TrainFlags.LEAVE_OUT)) {
      String before = all.getOrDefault(changes.name(), "");
      if (!before.isEmpty() && given.containsKey(changes.name())) {
        given.put(changes.name(), before + "," + given.get(changes.name()));
      }
    }
    for (Flag<?> start : List.of(TrainFlags.INIT_FROM, TrainFlags.INIT_SKIP, TrainFlags.RENAME)) {
      all.put(start.name(), ""); // the state has all weights
    }
    all.putAll(given);
    return of(all);
  }

  /** The settings of a run that is resumed; given flags may only repeat them. */
  static Settings ofResumed(RunFolder run, Map<String, String> given) throws IOException {
    Map<String, String> before = flags(run);
    for (Map.Entry<String, String> flag : given.entrySet()) {
      if (!flag.getValue().equals(before.get(flag.getKey()))) {
        throw new UsageException(
            flag.getKey(),
            "the run was started with \"%s\", got \"%s\"; resume without it, or start a new run"
                .formatted(before.get(flag.getKey()), flag.getValue()));
      }
    }
    try {
      return of(before);
    } catch (UsageException wrong) { // not given now
      throw RunFolders.unusable(run, String.valueOf(wrong.getMessage()));
    }
  }

  private static Map<String, String> flags(RunFolder run) throws IOException {
    RunConfig config = RunFolders.config(run);
    if (config.flags().isEmpty()) {
      throw RunFolders.unusable(run, "it has no \"flags\"");
    }
    for (String name : config.flags().keySet()) {
      if (TrainFlags.TABLE.find(name).isEmpty() && !name.equals(FORMER)) {
        throw RunFolders.unusable(
            run,
            "it has the flag \"%s\", which this version does not have"
                .formatted(DisplayText.of(name)));
      }
    }
    Map<String, String> before = TrainFlags.TABLE.defaults();
    before.putAll(config.flags());
    return before;
  }

  public static Settings ofRun(RunFolder run) throws IOException {
    return ofResumed(run, Map.of());
  }

  public Settings with(Flag<?> flag, String text) {
    return new Settings(withText(flag, text));
  }

  public int epochs() {
    return transfer.isOn() ? Math.max(1, transfer.fineTune()) : get(TrainFlags.EPOCHS);
  }

  /** Refuses {@code --fork} and {@code --leave-out} for a command that does not support them. */
  public void requireWholeRun(String command) {
    for (Flag<?> flag : List.of(TrainFlags.FORK, TrainFlags.LEAVE_OUT)) {
      if (!text(flag).isEmpty()) {
        throw new UsageException(flag.name(), command + " does not support it; use fovea train");
      }
    }
  }

  /** Refuses {@code --pretrained} for a command that does not support it. */
  public void requireNotPretrained(String command) {
    if (transfer.isOn()) {
      throw new UsageException(
          "pretrained",
          "%s does not support it; fit with train, then give --init-from RUN".formatted(command));
    }
  }

  public TransferSettings transfer() {
    return transfer;
  }

  public LossFlags loss() {
    return loss;
  }

  public Optimizer optimizer() {
    return optimizer;
  }

  public DataOptions images() {
    DataOptions options =
        DataOptions.standard()
            .withSeed(get(TrainFlags.SEED))
            .withGrayscale(get(TrainFlags.GRAYSCALE))
            .withSkipBroken(get(TrainFlags.SKIP_BROKEN));
    String groupBy = get(TrainFlags.GROUP_BY);
    DataOptions grouped = groupBy.isEmpty() ? options : options.withGroupBy(groupBy);
    return get(TrainFlags.IMAGE_SIZE).map(grouped::withImageSize).orElse(grouped);
  }

  /** Sets everything of a trainer that flags decide; class weights are empty for equal ones. */
  public void apply(Trainer trainer, List<Double> classWeights) {
    trainer
        .optimizer(optimizer)
        .schedule(get(TrainFlags.SCHEDULE).warmUp(get(TrainFlags.WARMUP)))
        .loss(loss.loss(classWeights))
        .clipping(get(TrainFlags.CLIP))
        .average(get(TrainFlags.EMA))
        .accumulate(get(TrainFlags.ACCUMULATE))
        .earlyStop(get(TrainFlags.EARLY_STOP))
        .augment(get(TrainFlags.AUGMENT))
        .epochs(epochs())
        .batchSize(get(TrainFlags.BATCH))
        .shuffle(get(TrainFlags.SHUFFLE))
        .seed(get(TrainFlags.SEED))
        .kernels(get(TrainFlags.KERNELS));
    applyPatterns(trainer);
  }

  private void applyPatterns(Trainer trainer) {
    trainer.l2(get(TrainFlags.L2).strength(), get(TrainFlags.L2).weights());
    get(TrainFlags.FREEZE).forEach(trainer::freeze);
  }

  /** Checks that the patterns match the network, before anything is written. */
  public void checkFreeze(Network network) {
    try {
      Trainer trainer = Trainer.of(network);
      applyPatterns(trainer);
      transfer.apply(trainer, network);
    } catch (RefusedException misfit) {
      throw new UsageException(TrainFlags.FREEZE.name(), misfit.sentence());
    }
  }

  /** Checks that the loss fits the network and the images, before anything is written. */
  public void checkLoss(Network network, Dataset images) {
    if (images.isMultiLabel()) {
      transfer.requireSteps(images.name());
      loss.requireSigmoid(images.name());
    }
    try {
      Trainer.of(network).loss(loss.loss(List.of()));
    } catch (RefusedException misfit) {
      throw new UsageException(TrainFlags.MODEL.name(), misfit.sentence());
    }
  }

  /** Refuses an augmentation that does not apply to images of this shape. */
  public static void requireFit(Pipeline augmentation, Shape shape) {
    try {
      augmentation.check(shape);
    } catch (RefusedException wrong) {
      throw new UsageException(TrainFlags.AUGMENT.name(), wrong.sentence());
    }
  }

  /** The settings for people: the given ones first, with the resolved learning rate. */
  public List<ReportData.Setting> rows(String data) {
    List<ReportData.Setting> rows = new ArrayList<>();
    rows.add(new ReportData.Setting("data", data));
    for (Flag<?> flag : TrainFlags.TABLE.flags()) {
      boolean isRate = flag.equals(TrainFlags.LR);
      boolean isUsual = isUsual(flag, flag.usual()) && !flag.equals(TrainFlags.MODEL);
      String value = text(flag).isEmpty() ? "none" : text(flag);
      String shown = isRate ? Float.toString(optimizer.learningRate()) : value;
      rows.add(new ReportData.Setting(flag.name(), shown, isUsual && !isRate));
    }
    return rows;
  }

  /** Whether a flag has its default; unit is the meaning of auto without a stated scaling. */
  boolean isUsual(Flag<?> flag, String usual) {
    boolean isStated =
        transfer.isOn()
            || !text(TrainFlags.INIT_FROM).isEmpty()
            || ModelChoice.isFile(text(TrainFlags.MODEL));
    return text(flag).equals(usual)
        || (flag.equals(TrainFlags.NORMALIZE) && text(flag).equals(UNIT) && !isStated);
  }

  private Optimizer madeOptimizer() {
    String name = get(TrainFlags.OPTIMIZER);
    float momentum = get(TrainFlags.MOMENTUM);
    if (name.equals("nesterov") && momentum == 0) {
      throw TrainFlags.MOMENTUM.wrong(
          "a number above 0 with --optimizer nesterov", text(TrainFlags.MOMENTUM));
    }
    float rate = get(TrainFlags.LR).orElseGet(() -> usualRate(name));
    return Optimizer.named(name, rate, momentum, get(TrainFlags.WEIGHT_DECAY));
  }

  private float usualRate(String optimizer) {
    if (!optimizer.equals("sgd") && !optimizer.equals("nesterov")) {
      return 0.001f;
    }
    String model = text(TrainFlags.MODEL).replaceFirst(":.*", "");
    return Zoo.titles().contains(model) ? usualRate(Zoo.named(model)) : 0.01f;
  }

  /**
   * The network's default rate. For the exercise's network on standardised pixels it is a tenth:
   * their squares are nine times as large, and no layer normalises them before the 25,088 features.
   * 6,000 digits give NaN with 0.01, 11 % with 0.003 and 93 % with 0.001.
   */
  private float usualRate(Zoo network) {
    boolean isScaled = List.of(STANDARD, OWN).contains(get(TrainFlags.NORMALIZE));
    return network == Zoo.TWO_LAYER_CNN && isScaled ? 0.001f : network.learningRate();
  }
}
