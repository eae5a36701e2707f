package io.fovea.studio.runs;

import io.fovea.loss.Loss;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The loss that a model was trained with, and what its outputs z say of the classes by that loss:
 *
 * <pre>
 * softmax   s[k] = exp(z[k]) / sum over j of exp(z[j])     cross-entropy
 * sigmoid   s[k] = 1 / (1 + exp(-z[k]))
 * squared   s[k] = z[k]
 * </pre>
 *
 * In all of them dz[k] = factor * (s[k] - target[k]). Class weights are not known here: they scale
 * the gradient of one picture.
 *
 * @param kind softmax, sigmoid or squared
 */
public record TrainedLoss(String kind, Loss loss) {
  /** Softmax cross-entropy: of models that were trained elsewhere. */
  public static final TrainedLoss STANDARD =
      new TrainedLoss("softmax", SoftmaxCrossEntropy.plain());

  /** That of models whose classes do not exclude each other. */
  public static final TrainedLoss SIGMOID = new TrainedLoss("sigmoid", new SigmoidCrossEntropy());

  /** The loss that the run of a model file has used, from the configuration beside it. */
  public static TrainedLoss of(Path model) {
    Path config = model.resolveSibling(RunFolder.CONFIG);
    try {
      if (Files.isRegularFile(config, LinkOption.NOFOLLOW_LINKS)) {
        return of(RunConfig.read(config).flags());
      }
    } catch (IOException | IllegalArgumentException damaged) {
      // The list of runs says so.
    }
    return STANDARD;
  }

  private static TrainedLoss of(Map<String, String> flags) {
    return switch (flags.getOrDefault("loss", "cross-entropy")) {
      case "sigmoid" -> SIGMOID;
      case "squared" -> new TrainedLoss("squared", new MeanSquaredError());
      case "cross-entropy" -> {
        double smoothing = Double.parseDouble(flags.getOrDefault("label-smoothing", "0"));
        yield new TrainedLoss("softmax", new SoftmaxCrossEntropy(smoothing));
      }
      default -> STANDARD; // a loss of another version
    };
  }

  /** What the outputs say of each class, in double. */
  public List<Double> scores(List<Float> outputs) {
    double[] z = outputs.stream().mapToDouble(Float::doubleValue).toArray();
    if (kind.equals("softmax")) {
      SoftmaxCrossEntropy.logProbabilities(z, z);
      Arrays.setAll(z, k -> StrictMath.exp(z[k]));
    } else if (kind.equals("sigmoid")) {
      Arrays.setAll(z, k -> 1 / (1 + StrictMath.exp(-z[k])));
    }
    return Arrays.stream(z).boxed().toList();
  }

  /** What the outputs should say of each class, where one is right. */
  public List<Double> targets(int label, int classes) {
    double smoothing = loss instanceof SoftmaxCrossEntropy entropy ? entropy.labelSmoothing() : 0;
    return IntStream.range(0, classes)
        .mapToObj(k -> (k == label ? 1 - smoothing : 0) + smoothing / classes)
        .toList();
  }

  /** What s - target is multiplied with, among so many classes. */
  public double factor(int classes) {
    return switch (kind) {
      case "sigmoid" -> 1.0 / classes;
      case "squared" -> 2.0 / classes;
      default -> 1;
    };
  }
}
