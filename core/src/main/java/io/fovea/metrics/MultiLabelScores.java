package io.fovea.metrics;

import io.fovea.network.AnswerRule;
import java.util.BitSet;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The probabilities of classes that do not exclude each other, beside what the images really show:
 * average precision, and the decisions that a threshold makes, one class at a time.
 */
public final class MultiLabelScores {
  /** The threshold of a class of which no image is known. */
  public static final double USUAL_THRESHOLD = 0.5;

  private final float[][] p; // by class, then by image
  private final BitSet[] members; // by class, the images that have it

  /** Uses the arrays without copying. */
  MultiLabelScores(float[][] p, BitSet[] members) {
    this.p = p;
    this.members = members;
  }

  /**
   * The decisions about one class over all images.
   *
   * @param right images that have the class and are said to
   * @param named images that are said to have it
   * @param support images that have it
   */
  public record Decisions(long right, long named, long support) {
    /** right / named; 0 where nothing is named. */
    public double precision() {
      return named == 0 ? 0 : (double) right / named;
    }

    /** right / support; 0 where no image has the class. */
    public double recall() {
      return support == 0 ? 0 : (double) right / support;
    }

    /** The harmonic mean of precision and recall: 2 right / (named + support); 0 where both are. */
    public double f1() {
      return named + support == 0 ? 0 : 2.0 * right / (named + support);
    }
  }

  /** The number of classes. */
  public int classes() {
    return p.length;
  }

  /**
   * The average precision of class k, over the distinct probabilities from the largest down, images
   * of equal ones being named together (scikit-learn's definition):
   *
   * <pre>
   * AP = sum over n of (R[n] - R[n-1]) * P[n]
   * </pre>
   *
   * P[n] and R[n] being precision and recall when all images down to the n-th probability are
   * named. Empty where no image has the class.
   */
  public OptionalDouble averagePrecision(int k) {
    int support = members[k].cardinality();
    double[] sum = {0};
    groups(
        k,
        (right, named, added, threshold) ->
            sum[0] += (double) added / support * ((double) right / named));
    return support == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum[0]);
  }

  /**
   * The mean average precision of the classes that occur, with equal weights; 0 where none does.
   */
  public double meanAveragePrecision() {
    var all = IntStream.range(0, classes()).mapToObj(this::averagePrecision);
    return RocAuc.mean(all.flatMapToDouble(OptionalDouble::stream)).orElse(0);
  }

  /**
   * The threshold of class k with the largest F1 on these images, the highest of equal ones, midway
   * to the next smaller probability; {@value #USUAL_THRESHOLD} where no image has the class.
   */
  public double bestThreshold(int k) {
    long support = members[k].cardinality();
    double[] best = {0, USUAL_THRESHOLD}; // F1, threshold
    groups(
        k,
        (right, named, added, threshold) -> {
          double f1 = new Decisions(right, named, support).f1();
          if (f1 > best[0]) {
            best[0] = f1;
            best[1] = threshold;
          }
        });
    return best[1];
  }

  /** The rule for answers with the {@link #bestThreshold} of each class. */
  public AnswerRule.SeveralLabels rule() {
    return new AnswerRule.SeveralLabels(
        IntStream.range(0, classes()).mapToObj(this::bestThreshold).toList());
  }

  /** What naming class k from a probability on, inclusive, says of these images. */
  public Decisions at(int k, double threshold) {
    long right = 0;
    long named = 0;
    for (int n = 0; n < p[k].length; n++) {
      if (p[k][n] >= threshold) {
        named++;
        right += members[k].get(n) ? 1 : 0;
      }
    }
    return new Decisions(right, named, members[k].cardinality());
  }

  /** One distinct probability, the images down to it being named. */
  private interface Group {
    /**
     * Looks at it.
     *
     * @param right named images that have the class, of which the group adds some
     * @param threshold midway to the next smaller probability, or to 0
     */
    void see(long right, long named, long added, double threshold);
  }

  /** Calls for each distinct probability of class k, from the largest down. */
  private void groups(int k, Group group) {
    long[] keys = RocAuc.sorted(p[k], members[k]);
    long right = 0;
    for (int to = keys.length, from; to > 0; to = from) {
      long added = 0;
      for (from = to; from > 0 && keys[from - 1] >> 1 == keys[to - 1] >> 1; from--) {
        added += keys[from - 1] & 1;
      }
      right += added;
      double below = from == 0 ? 0 : probability(keys[from - 1]);
      group.see(right, keys.length - from, added, (probability(keys[to - 1]) + below) / 2);
    }
  }

  private static double probability(long key) {
    return Float.intBitsToFloat((int) (key >> 1));
  }
}
