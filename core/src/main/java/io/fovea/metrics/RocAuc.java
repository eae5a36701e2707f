package io.fovea.metrics;

import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * The area under the receiver operating characteristic, one class against the rest: the chance that
 * an image of the class gets a larger probability for it than an image of another class, ties
 * counting half. 1 is perfect, 0.5 is chance. From ranks (Mann and Whitney; Hand and Till, "A
 * simple generalisation of the area under the ROC curve for multiple class classification
 * problems", Machine Learning 45, 2001, section 2):
 *
 * <pre>
 * AUC = (R - m (m + 1) / 2) / (m (n - m))
 * </pre>
 *
 * where m of the n images are of the class and R is the sum of their ranks from 1, equal
 * probabilities sharing the mean of their ranks.
 *
 * @param perClass one a class; empty where no image, or every image, is of the class
 */
public record RocAuc(List<OptionalDouble> perClass) {
  public RocAuc {
    perClass = List.copyOf(perClass);
  }

  /**
   * The areas of all classes.
   *
   * @param p the probabilities by class, then by image
   * @param members by class, the images that have it
   */
  static RocAuc of(float[][] p, BitSet[] members, Workers workers) {
    double[] areas = new double[p.length];
    workers.run(p.length, (k, worker) -> areas[k] = area(p[k], members[k]));
    List<OptionalDouble> perClass = new ArrayList<>();
    for (double area : areas) {
      perClass.add(Double.isNaN(area) ? OptionalDouble.empty() : OptionalDouble.of(area));
    }
    return new RocAuc(perClass);
  }

  /** The mean over the classes that have one; empty if none has. */
  public OptionalDouble macro() {
    return mean(perClass.stream().flatMapToDouble(OptionalDouble::stream));
  }

  /**
   * The mean with the sum from the first to the last, an order that {@code average} leaves open.
   */
  static OptionalDouble mean(DoubleStream values) {
    double[] all = values.toArray();
    double sum = Arrays.stream(all).reduce(0, Double::sum);
    return all.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / all.length);
  }

  /**
   * The probabilities of one class as sortable numbers, the smallest first: their bits, and as the
   * lowest bit whether the image is of the class. (They are not negative, so bits sort as they do.)
   */
  static long[] sorted(float[] p, BitSet members) {
    long[] keys = new long[p.length];
    for (int n = 0; n < p.length; n++) {
      keys[n] = (long) Float.floatToIntBits(p[n]) << 1 | (members.get(n) ? 1 : 0);
    }
    Arrays.sort(keys);
    return keys;
  }

  /** The area of a class, NaN where it has none. */
  private static double area(float[] p, BitSet of) {
    long[] keys = sorted(p, of);
    long members = 0;
    double ranks = 0;
    for (int from = 0, to; from < keys.length; from = to) {
      long equalMembers = 0;
      for (to = from; to < keys.length && keys[to] >> 1 == keys[from] >> 1; to++) {
        equalMembers += keys[to] & 1;
      }
      // Ranks from + 1 to `to` share their mean.
      ranks += equalMembers * ((from + 1.0 + to) / 2);
      members += equalMembers;
    }
    double pairs = (double) members * (p.length - members);
    return pairs == 0 ? Double.NaN : (ranks - members * (members + 1.0) / 2) / pairs;
  }
}
