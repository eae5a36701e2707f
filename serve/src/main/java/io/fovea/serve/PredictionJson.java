package io.fovea.serve;

import io.fovea.inference.Prediction;
import io.fovea.serve.predict.Predictions;
import java.util.LinkedHashMap;
import java.util.Map;

/** A prediction in JSON, for {@code predict --json} and {@code serve}. */
public final class PredictionJson {
  /** The key of the warning that a picture does not look like the training images. */
  public static final String DOUBT = Predictions.DOUBT;

  private PredictionJson() {}

  /**
   * The label, its probability, and the probabilities of all classes in the model's order; if the
   * model has a rule for them, the classes that the picture can be, and whether it is unlike all
   * training pictures; where classes do not exclude each other, those that it has.
   */
  public static Map<String, Object> of(Prediction answer) {
    Map<String, Object> probabilities = new LinkedHashMap<>();
    for (int k = 0; k < answer.labels().size(); k++) {
      probabilities.put(answer.labels().get(k), answer.probabilities().get(k));
    }
    return facts(answer, probabilities);
  }

  /** The same with only the k most probable classes, the most probable first. */
  public static Map<String, Object> top(Prediction answer, int k) {
    Map<String, Object> probabilities = new LinkedHashMap<>();
    answer.top(k).forEach(best -> probabilities.put(best.label(), best.probability()));
    return facts(answer, probabilities);
  }

  private static Map<String, Object> facts(Prediction answer, Map<String, Object> probabilities) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("label", answer.label());
    one.put("probability", answer.probability());
    one.put("probabilities", probabilities);
    answer
        .answer()
        .ifPresent(
            own -> {
              one.put("answer", own.labels());
              if (!own.isAll()) {
                one.put("unlike", own.isUnlike());
              }
            });
    return one;
  }
}
