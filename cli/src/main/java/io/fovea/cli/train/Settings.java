package io.fovea.cli.train;

import io.fovea.cli.report.ReportData;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.WrongUsage;
import io.fovea.data.ImageSize;
import io.fovea.data.augment.Pipeline;
import io.fovea.layer.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Clipping;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The meaning of the flags of a run. Every getter checks its flag and throws a {@link
 * UsageException} with its name.
 */
public final class Settings extends FlagTexts {
  /** Scalings of {@code --normalize}. */
  static final String UNIT = "unit";

  static final String STANDARD = "standard";

  /** The scaling stated by the weights, or else by the structure's file. */
  static final String OWN = "own";

  /** The default: own if a scaling is stated, else unit. */
  static final String AUTO = "auto";

  private static final List<String> SCHEDULES =
      List.of(
          "constant cosine one-cycle step:EVERY:GAMMA plateau plateau:PATIENCE:FACTOR"
              .split(" ", -1));

  public Settings(Map<String, String> flags) {
    super(flags);
  }

  /** Reads all flags once, so that a wrong one is refused before any data is downloaded. */
  public Settings checked() {
    epochs();
    batch();
    seed();
    limit();
    validation();
    l2();
    loss();
    clipping();
    ema();
    accumulate();
    freeze();
    shuffle();
    normalize();
    kernels();
    logEvery();
    checkpointEvery();
    earlyStop();
    initializer();
    schedule();
    optimizer();
    augmentation();
    transfer();
    imageSize();
    if (earlyStop() > 0 && validation() == 0) {
      throw new UsageException("--early-stop: needs --validation FRACTION");
    }
    if (text("init-from").isEmpty() && !(text("init-skip") + text("rename")).isEmpty()) {
      throw new UsageException("--init-skip and --rename: need --init-from FILE");
    }
    return this;
  }

  int epochs() {
    int epochs = whole("epochs", 1, 1_000_000);
    return text("pretrained").isEmpty() ? epochs : Math.max(1, transfer().fineTune());
  }

  /** Refuses {@code --pretrained} for a command that does not support it. */
  public void requireNotPretrained(String command) {
    if (transfer().isOn()) {
      throw new UsageException(
          "--pretrained: %s does not support it; fit with train, then give --init-from RUN"
              .formatted(command));
    }
  }

  /** The flags for pretrained networks. */
  TransferSettings transfer() {
    return TransferSettings.of(this, optimizer().learningRate());
  }

  int batch() {
    return whole("batch", 1, 1_000_000);
  }

  int limit() {
    return whole("limit", 0, Integer.MAX_VALUE);
  }

  int logEvery() {
    return whole("log-every", 1, Integer.MAX_VALUE);
  }

  int checkpointEvery() {
    return whole("checkpoint-every", 1, Integer.MAX_VALUE);
  }

  int earlyStop() {
    return whole("early-stop", 0, 1_000_000);
  }

  long seed() {
    return parsed("seed", "a whole number", Long::parseLong);
  }

  /** The share of the training images that is held out for validation. */
  public double validation() {
    return share("validation");
  }

  float l2() {
    return notNegative("l2");
  }

  LossFlags loss() {
    boolean balanced = oneOf("class-weights", List.of("none", "balanced")).equals("balanced");
    return LossFlags.of(text("loss").toLowerCase(Locale.ROOT), share("label-smoothing"), balanced);
  }

  Clipping clipping() {
    double norm = number("clip");
    if (norm < 0) {
      throw wrong("clip", "a number from 0 up");
    }
    return norm == 0 ? Clipping.none() : Clipping.norm(norm);
  }

  /** The decay of the averaged weights; 0 for none. */
  double ema() {
    return share("ema");
  }

  int accumulate() {
    return whole("accumulate", 1, 1_000_000);
  }

  /** Patterns of frozen weights. */
  List<String> freeze() {
    List<String> patterns = texts("freeze");
    if (patterns.contains("")) {
      throw wrong("freeze", "patterns joined by commas, such as conv1.*,conv2.*");
    }
    return patterns;
  }

  /** Checks that the patterns match the network, before anything is written. */
  void checkFreeze(Network network) {
    try {
      Trainer trainer = Trainer.of(network);
      freeze().forEach(trainer::freeze);
      transfer().apply(trainer, network);
    } catch (IllegalArgumentException misfit) {
      throw new UsageException(
          "--" + String.valueOf(misfit.getMessage()).replaceFirst("^train: ", ""));
    }
  }

  /** Checks that the loss fits the network, before anything is written. */
  void checkLoss(Network network) {
    try {
      Trainer.of(network).loss(loss().loss(List.of()));
    } catch (IllegalArgumentException misfit) {
      throw new UsageException(
          String.valueOf(misfit.getMessage()).replaceFirst("^train: ", "--model: "));
    }
  }

  boolean shuffle() {
    return oneOf("shuffle", List.of("on", "off")).equals("on");
  }

  /** The size to which all images are resized. */
  Optional<ImageSize> imageSize() {
    String text = text("image-size");
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(ImageSize.parse(text));
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--image-size: " + wrong.getMessage());
    }
  }

  boolean grayscale() {
    return text("grayscale").equals("on");
  }

  boolean skipBroken() {
    return text("skip-broken").equals("on");
  }

  /** {@link #UNIT}, {@link #STANDARD}, {@link #OWN}, or {@link #AUTO} if it was not given. */
  String normalize() {
    return text("normalize").equals(AUTO) ? AUTO : oneOf("normalize", List.of(UNIT, STANDARD, OWN));
  }

  public KernelSet kernels() {
    return switch (oneOf("kernels", List.of("auto", "vector", "vector-direct", "reference"))) {
      case "vector" -> KernelSet.VECTOR;
      case "vector-direct" -> KernelSet.VECTOR_DIRECT;
      case "reference" -> KernelSet.REFERENCE;
      default -> KernelSet.fastest();
    };
  }

  Initializer initializer() {
    String text = text("init");
    if (text.startsWith("normal:")) {
      return parsed(
          "init",
          "he, xavier or normal:STD",
          all -> Initializer.normal(WrongUsage.decimal(all.substring("normal:".length()))));
    }
    return oneOf("init", List.of("he", "xavier")).equals("he")
        ? Initializer.he()
        : Initializer.xavier();
  }

  Schedule schedule() {
    String text = text("schedule");
    Schedule base;
    if (text.startsWith("step:")) {
      base =
          parsed(
              "schedule",
              "step:EVERY:GAMMA, such as step:2:0.5",
              all -> ofTwo(all, Schedule::step));
    } else if (text.startsWith("plateau:")) {
      base =
          parsed(
              "schedule",
              "plateau:PATIENCE:FACTOR, such as plateau:3:0.2",
              all -> ofTwo(all, Schedule::plateau));
    } else {
      base =
          switch (oneOf("schedule", SCHEDULES)) {
            case "plateau" -> Schedule.plateau(10, 0.1);
            case "cosine" -> Schedule.cosine();
            case "one-cycle" -> Schedule.oneCycle();
            case "constant" -> Schedule.constant();
            default -> throw wrong("schedule", "step:EVERY:GAMMA, such as step:2:0.5");
          };
    }
    return base.warmUp(whole("warmup", 0, Integer.MAX_VALUE));
  }

  /** NAME:WHOLE:NUMBER. */
  private static Schedule ofTwo(String text, BiFunction<Integer, Double, Schedule> schedule) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(text);
    }
    return schedule.apply(Integer.parseInt(parts[1]), WrongUsage.decimal(parts[2]));
  }

  Pipeline augmentation() {
    return augmentation(text("augment"));
  }

  /** Refuses an augmentation that does not apply to images of this shape. */
  public static void requireFit(Pipeline augmentation, Shape shape) {
    try {
      augmentation.check(shape);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--" + wrong.getMessage());
    }
  }

  /** The value of {@code --augment}. */
  public static Pipeline augmentation(String text) {
    try {
      return Pipeline.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--" + wrong.getMessage());
    }
  }

  Optimizer optimizer() {
    String name = oneOf("optimizer", Optimizer.names());
    float rate = learningRate(name);
    float momentum = (float) number("momentum");
    if (momentum < 0 || momentum >= 1) {
      throw wrong("momentum", "a number from 0 to below 1");
    }
    if (name.equals("nesterov") && momentum == 0) {
      throw wrong("momentum", "a number above 0 with --optimizer nesterov");
    }
    return Optimizer.named(name, rate, momentum, notNegative("weight-decay"));
  }

  /** The optimiser, its learning rate and schedule, in words. */
  public String optimizerText() {
    Optimizer optimizer = optimizer();
    return "%s, learning rate %s, schedule %s, batches of %,d"
        .formatted(
            optimizer.name(),
            Float.toString(optimizer.learningRate()),
            text("schedule"),
            batch() * (long) accumulate());
  }

  /** The settings for people: the given ones first, with the resolved learning rate. */
  List<ReportData.Setting> rows(String data) {
    List<ReportData.Setting> rows = new ArrayList<>();
    rows.add(new ReportData.Setting("data", data));
    Map<String, String> standard = TrainFlags.standard();
    flags()
        .forEach(
            (flag, value) -> {
              boolean isRate = flag.equals("lr");
              boolean isUsual = isUsual(flag, standard) && !flag.equals("model");
              String shown =
                  isRate ? Float.toString(optimizer().learningRate()) : FlagTexts.shown(value);
              rows.add(new ReportData.Setting(flag, shown, isUsual && !isRate));
            });
    return rows;
  }

  /** Whether a flag has its default; unit is the meaning of auto without a stated scaling. */
  boolean isUsual(String flag, Map<String, String> standard) {
    boolean isStated =
        !(text("init-from") + text("pretrained")).isEmpty() || ModelChoice.isFile(text("model"));
    return text(flag).equals(standard.get(flag))
        || (flag.equals("normalize") && text(flag).equals(UNIT) && !isStated);
  }

  private float learningRate(String optimizer) {
    if (text("lr").equals("auto")) {
      boolean adaptive = !optimizer.equals("sgd") && !optimizer.equals("nesterov");
      String model = text("model").replaceFirst(":.*", "");
      boolean known = Zoo.titles().contains(model);
      return adaptive ? 0.001f : known ? learningRate(Zoo.named(model)) : 0.01f;
    }
    float rate = (float) number("lr");
    if (rate <= 0) {
      throw wrong("lr", "a number above 0");
    }
    return rate;
  }

  /**
   * The network's default rate. For the exercise's network on standardised pixels it is a tenth:
   * their squares are nine times as large, and no layer normalises them before the 25,088 features.
   * 6,000 digits give NaN with 0.01, 11 % with 0.003 and 93 % with 0.001.
   */
  private float learningRate(Zoo network) {
    boolean isScaled = normalize().equals(STANDARD) || normalize().equals(OWN);
    return network == Zoo.TWO_LAYER_CNN && isScaled ? 0.001f : network.learningRate();
  }
}
