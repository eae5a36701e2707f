package io.fovea.metrics;

import io.fovea.file.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Counts of labels against predictions: rows are labels, columns predictions. Not safe for use by
 * several threads.
 */
public final class ConfusionMatrix {
  private final long[][] counts;

  /** An empty matrix. */
  public ConfusionMatrix(int classes) {
    counts = new long[classes][classes];
  }

  /** Counts one image. */
  public void add(int label, int predicted) {
    counts[label][predicted]++;
  }

  /** The number of classes. */
  public int classes() {
    return counts.length;
  }

  /** The number of images of {@code label} that were predicted as {@code predicted}. */
  public long count(int label, int predicted) {
    return counts[label][predicted];
  }

  /** The number of images. */
  public long total() {
    return IntStream.range(0, classes()).mapToLong(this::support).sum();
  }

  /** The number of images whose prediction is their label. */
  public long correct() {
    return IntStream.range(0, classes()).mapToLong(k -> counts[k][k]).sum();
  }

  /** correct / total; 0 where nothing was counted. */
  public double accuracy() {
    return ratio(correct(), total());
  }

  /** The number of images with a label. */
  public long support(int label) {
    return LongStream.of(counts[label]).sum();
  }

  /** The number of images predicted as a class. */
  public long taken(int predicted) {
    return Arrays.stream(counts).mapToLong(row -> row[predicted]).sum();
  }

  /** Of the images predicted as k, the share that are k; 0 where there are none. */
  public double precision(int k) {
    return ratio(counts[k][k], taken(k));
  }

  /** Of the images that are k, the share predicted as k; 0 where there are none. */
  public double recall(int k) {
    return ratio(counts[k][k], support(k));
  }

  /** The harmonic mean of precision and recall; 0 where both are. */
  public double f1(int k) {
    double p = precision(k);
    double r = recall(k);
    return p + r == 0 ? 0 : 2 * p * r / (p + r);
  }

  /**
   * The mean precision of the classes that occur, with equal weights; 0 where none does. A class
   * occurs if an image has it as label or prediction, and a share with denominator 0 is 0, as
   * scikit-learn defines macro averages.
   */
  public double macroPrecision() {
    return macro(this::precision);
  }

  /** The mean recall of the classes that occur, as {@link #macroPrecision()}. */
  public double macroRecall() {
    return macro(this::recall);
  }

  /**
   * The mean F1 of the classes that occur, as {@link #macroPrecision()}; not the harmonic mean of
   * the means.
   */
  public double macroF1() {
    return macro(this::f1);
  }

  /**
   * Precision, recall and F1 over all predictions, with equal weights. With one label and one
   * prediction an image, every wrong prediction is a false positive of one class and a false
   * negative of another, so the three are equal, and equal to {@link #accuracy()}.
   */
  public double micro() {
    return accuracy();
  }

  private double macro(IntToDoubleFunction share) {
    IntStream found = IntStream.range(0, classes()).filter(k -> support(k) + taken(k) > 0);
    return RocAuc.mean(found.mapToDouble(share)).orElse(0);
  }

  /**
   * The matrix as a table for people: a row a label with its counts, recall and precision, a column
   * a prediction.
   *
   * @param labels the names of the classes
   * @throws IllegalArgumentException if there is not one name a class
   */
  public String table(List<String> labels) {
    if (labels.size() != classes()) {
      throw new IllegalArgumentException(
          "confusion matrix: expects a name for each of %d classes, got %d; give network.labels()"
              .formatted(classes(), labels.size()));
    }
    List<String> head = new ArrayList<>(List.of("label \\ predicted"));
    head.addAll(labels);
    head.addAll(List.of("recall", "precision"));
    Table table = new Table(head.toArray(String[]::new));
    for (int label = 0; label < classes(); label++) {
      List<String> row = new ArrayList<>(List.of(labels.get(label)));
      LongStream.of(counts[label]).forEach(count -> row.add("%,d".formatted(count)));
      for (double share : new double[] {recall(label), precision(label)}) {
        row.add(String.format(Locale.ROOT, "%.2f %%", 100 * share));
      }
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  /** {@link #table} with the classes' numbers from 0 as their names. */
  @Override
  public String toString() {
    return table(IntStream.range(0, classes()).mapToObj(Integer::toString).toList());
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
