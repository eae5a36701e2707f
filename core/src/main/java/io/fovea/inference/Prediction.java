package io.fovea.inference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The prediction for one image.
 *
 * @param labels the names of the classes
 * @param probabilities one a class, in the same order; they sum to 1, unless classes do not exclude
 *     each other
 * @param answer the classes that the image can be, or has, if the network has a {@linkplain
 *     io.fovea.network.Network#answers rule} for that
 * @param doubt why the picture does not look like the training images, such as "it is in colour,
 *     theirs are grey"; empty if it does, or if preprocessed inputs were classified
 */
public record Prediction(
    List<String> labels,
    List<Double> probabilities,
    Optional<Answer> answer,
    Optional<String> doubt) {
  /** A prediction without an answer set and without a doubt. */
  public Prediction(List<String> labels, List<Double> probabilities) {
    this(labels, probabilities, Optional.empty(), Optional.empty());
  }

  /**
   * The same with the {@linkplain io.fovea.preprocessing.Preprocessing#fitted doubt} of a picture.
   */
  public Prediction withDoubt(Optional<String> of) {
    return of.equals(doubt) ? this : new Prediction(labels, probabilities, answer, of);
  }

  /**
   * The classes that an image can be; with isAll, those that it has.
   *
   * @param labels the names of those that are probable enough, the most probable first; empty where
   *     no class or every class is as probable as the true one is for nearly all images, or the
   *     image has none
   * @param isUnlike whether the image is unlike all training images, so that its class is probably
   *     none of the network's
   * @param isAll whether classes do not exclude each other, so that the image has all of these
   */
  public record Answer(List<String> labels, boolean isUnlike, boolean isAll) {
    /**
     * Such as "cat", "cat or dog", "unsure", "none of these (unlike all training images)"; with
     * isAll "cat", "cat and dog", "none".
     */
    @Override
    public String toString() {
      if (isAll) {
        return labels.isEmpty() ? "none" : String.join(" and ", labels);
      }
      return isUnlike
          ? "none of these (unlike all training images)"
          : labels.isEmpty() ? "unsure" : String.join(" or ", labels);
    }
  }

  /** The index of the most probable class; of equal ones the first. */
  public int index() {
    int best = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      if (probabilities.get(i) > probabilities.get(best)) {
        best = i;
      }
    }
    return best;
  }

  /** The most probable class. */
  public String label() {
    return labels.get(index());
  }

  /** The probability of the most probable class. */
  public double probability() {
    return probabilities.get(index());
  }

  /**
   * One class of a prediction.
   *
   * @param index its number among the network's outputs
   * @param label its name
   * @param probability its probability
   */
  public record ClassProbability(int index, String label, double probability) {
    /** Name and probability, such as "cat 97.31 %". */
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.2f %%", label, 100 * probability);
    }
  }

  /** The k most probable classes, the most probable first; all, if there are fewer. */
  public List<ClassProbability> top(int k) {
    return IntStream.range(0, labels.size())
        .mapToObj(i -> new ClassProbability(i, labels.get(i), probabilities.get(i)))
        .sorted((a, b) -> Double.compare(b.probability(), a.probability()))
        .limit(k)
        .toList();
  }

  /**
   * The members of its JSON object, as of {@code predict --json} and the server: label,
   * probability, and the probabilities of the {@code top} most probable classes, or of all in their
   * order at 0. With an answer also its classes, and whether the image is unlike all training
   * images, unless classes do not exclude each other. Last the doubt, if there is one.
   */
  public Map<String, Object> members(int top) {
    Map<String, Object> all = new LinkedHashMap<>();
    top(top).forEach(best -> all.put(best.label(), best.probability()));
    for (int k = 0; top == 0 && k < labels.size(); k++) {
      all.put(labels.get(k), probabilities.get(k));
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("label", label());
    members.put("probability", probability());
    members.put("probabilities", all);
    answer.ifPresent(own -> members.put("answer", own.labels));
    answer.filter(own -> !own.isAll).ifPresent(own -> members.put("unlike", own.isUnlike));
    doubt.ifPresent(text -> members.put("doubt", text));
    return members;
  }

  /** The answer where it says more than the most probable class, such as "cat or dog". */
  public Optional<Answer> verdict() {
    return answer.filter(own -> own.isAll() || own.isUnlike() || own.labels().size() != 1);
  }

  /**
   * The most probable class, its probability, and the {@link #verdict} if there is one, such as
   * "cat 97.31 %" or "cat 54.20 % -> cat or dog".
   */
  @Override
  public String toString() {
    return top(1).getFirst() + verdict().map(" -> %s"::formatted).orElse("");
  }
}
