package io.fovea.inference;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several networks with a common prediction: the probability of a class is the mean of theirs,
 *
 * <pre>
 * p[k] = 1/M * sum over m of p_m[k]
 * </pre>
 *
 * which is correct more often than a single network's where they make different mistakes (Hansen
 * and Salamon, "Neural network ensembles", IEEE Transactions on Pattern Analysis and Machine
 * Intelligence 12, 1990). The networks may differ in structure and preprocessing; the shape of the
 * images and the labels are the same. Safe for use by any number of threads, as {@link Classifier}.
 */
public final class Ensemble implements AutoCloseable {
  private final List<Classifier> members;

  private Ensemble(List<Classifier> members) {
    this.members = members;
  }

  /**
   * An ensemble of the present networks, on {@code threads} threads with the given kernels.
   *
   * @throws IllegalArgumentException as {@link #requireAlike}
   */
  public static Ensemble of(List<Network> networks, int threads, KernelSet kernels) {
    requireAlike(networks);
    return new Ensemble(
        networks.stream().map(network -> Classifier.of(network, threads, kernels)).toList());
  }

  /**
   * Checks that networks can form an ensemble.
   *
   * @throws IllegalArgumentException if there are none, or one differs from the first in the shape
   *     of its input or in its labels
   */
  public static void requireAlike(List<Network> networks) {
    if (networks.isEmpty()) {
      throw new IllegalArgumentException("ensemble: has no networks; give at least one");
    }
    Network first = networks.getFirst();
    for (int m = 1; m < networks.size(); m++) {
      Network other = networks.get(m);
      if (!other.graph().input().equals(first.graph().input())) {
        throw new IllegalArgumentException(
            "ensemble: network %d takes images of %s, the first %s; give networks trained on images of one size"
                .formatted(m + 1, other.graph().input(), first.graph().input()));
      }
      if (!other.labels().equals(first.labels())) {
        throw new IllegalArgumentException(
            "ensemble: %s; give networks trained for the same classes in the same order"
                .formatted(difference(m + 1, first.labels(), other.labels())));
      }
    }
  }

  private static String difference(int number, List<String> first, List<String> other) {
    if (first.size() != other.size()) {
      return "network %d has %d labels, the first %d".formatted(number, other.size(), first.size());
    }
    int k = 0;
    while (first.get(k).equals(other.get(k))) {
      k++;
    }
    return "label %d of network %d is \"%s\", of the first \"%s\""
        .formatted(k, number, other.get(k), first.get(k));
  }

  /**
   * The prediction for one picture of any size, which each network preprocesses as it was trained.
   */
  public Prediction classify(Image image) {
    return classify(List.of(image)).getFirst();
  }

  /** The predictions for some pictures, in their order. */
  public List<Prediction> classify(List<Image> images) {
    return means(members.stream().map(member -> member.classify(images)).toList());
  }

  /** The same over several views of each picture; all networks get the same views. */
  public List<Prediction> classify(List<Image> images, TestTimeAugmentation views) {
    return means(members.stream().map(member -> views.classify(member, images)).toList());
  }

  static List<Prediction> means(List<List<Prediction>> answers) {
    return IntStream.range(0, answers.getFirst().size())
        .mapToObj(n -> mean(answers.stream().map(own -> own.get(n)).toList()))
        .toList();
  }

  private static Prediction mean(List<Prediction> answers) {
    if (answers.size() == 1) {
      return answers.getFirst();
    }
    List<String> labels = answers.getFirst().labels();
    List<Double> p = new ArrayList<>(labels.size());
    for (int k = 0; k < labels.size(); k++) {
      double sum = 0;
      for (Prediction answer : answers) {
        sum += answer.probabilities().get(k);
      }
      p.add(sum / answers.size());
    }
    return new Prediction(labels, List.copyOf(p)).withDoubt(answers.getFirst().doubt());
  }

  /** The names of the classes. */
  public List<String> labels() {
    return members.getFirst().labels();
  }

  /** The number of networks. */
  public int size() {
    return members.size();
  }

  /** Ends the threads; optional. */
  @Override
  public void close() {
    members.forEach(Classifier::close);
  }
}
