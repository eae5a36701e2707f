package io.fovea.cli.train.flags;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.dataset.Dataset;
import io.fovea.loss.ClassWeights;
import io.fovea.loss.Loss;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The loss from {@code --loss}, {@code --label-smoothing} and {@code --class-weights}.
 *
 * @param loss the loss's name: cross-entropy, sigmoid or squared
 * @param labelSmoothing of cross-entropy
 * @param balanced whether each class counts the same, for any number of images
 */
public record LossFlags(String loss, double labelSmoothing, boolean balanced) {
  static Parser<LossFlags> parser() {
    return Parser.of(
        "cross-entropy, sigmoid or squared",
        given -> {
          String name = given.toLowerCase(Locale.ROOT);
          if (!List.of("cross-entropy", "sigmoid", "squared").contains(name)) {
            throw new IllegalArgumentException(name);
          }
          return new LossFlags(name, 0, false);
        });
  }

  LossFlags with(double smoothing, boolean isBalanced) {
    if (smoothing > 0 && !loss.equals("cross-entropy")) {
      throw new UsageException("label-smoothing", "needs --loss cross-entropy");
    }
    if (isBalanced && !loss.equals("cross-entropy")) {
      throw new UsageException("class-weights", "needs --loss cross-entropy");
    }
    return new LossFlags(loss, smoothing, isBalanced);
  }

  /** Refuses a loss of one class an image for images of several. */
  void requireSigmoid(String images) {
    if (!loss.equals("sigmoid")) {
      throw new UsageException(
          "loss",
          "expects sigmoid, since %s has images of several labels, got %s; give --loss sigmoid"
              .formatted(images, loss));
    }
  }

  /**
   * The loss that the run of a model was trained with, with class weights by these images;
   * cross-entropy for models of no run.
   */
  public static Loss ofRun(Path model, Dataset train) throws IOException {
    try {
      String name = RunFolders.flag(model, "loss").orElse("cross-entropy");
      boolean weighted = RunFolders.flag(model, "class-weights").orElse("").equals("balanced");
      LossFlags flags = TrainFlags.LOSS.parse(name).with(0, weighted);
      return flags.loss(flags.classWeights(train));
    } catch (Failure | UsageException damaged) {
      return SoftmaxCrossEntropy.plain(); // with --seed, a damaged configuration is not needed
    }
  }

  /** The weight of each class, for these training images; empty if all are equal. */
  public List<Double> classWeights(Dataset train) {
    return balanced ? ClassWeights.balanced(train) : List.of();
  }

  public Loss loss(List<Double> weights) {
    return switch (loss) {
      case "sigmoid" -> new SigmoidCrossEntropy();
      case "squared" -> new MeanSquaredError();
      default -> new SoftmaxCrossEntropy(labelSmoothing, weights);
    };
  }
}
