package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Targets;
import io.fovea.loss.Loss;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.parallel.ProcessGroup;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The evaluation of a data set by several workers. */
final class DividedEvaluation {
  private DividedEvaluation() {}

  /** Loss and accuracy of a data set of which each worker evaluates a part. */
  static EpochReport.Score score(
      ProcessGroup group, Dataset set, Loss loss, Function<Dataset, Evaluation> evaluation) {
    int from = (int) ((long) set.size() * group.rank() / group.size());
    int to = (int) ((long) set.size() * (group.rank() + 1) / group.size());
    double[] sums = new double[3];
    if (to > from) {
      int[] own = IntStream.range(from, to).toArray();
      Evaluation part = evaluation.apply(set.select(own, set.name()));
      sums[2] = weight(loss, part.confusion());
      sums[0] = part.loss() * sums[2];
      sums[1] = part.confusion().correct();
    }
    group.sum(sums);
    return new EpochReport.Score(sums[2] == 0 ? 0 : sums[0] / sums[2], sums[1] / set.size());
  }

  /** The weight of an evaluation in a mean of means: what the loss divides by. */
  private static double weight(Loss loss, ConfusionMatrix images) {
    int[] labels = new int[Math.toIntExact(images.total())];
    int at = 0;
    for (int label = 0; label < images.classes(); label++) {
      int next = at + Math.toIntExact(images.support(label));
      Arrays.fill(labels, at, next, label);
      at = next;
    }
    return loss.judge().divisor(Targets.of(labels, labels.length, images.classes()));
  }
}
