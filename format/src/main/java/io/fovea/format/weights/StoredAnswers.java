package io.fovea.format.weights;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.StrictJson;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.format.tensors.SafeTensorsWriter;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network's {@link AnswerRule} in a file. Its numbers are JSON under the metadata key {@value
 * #ANSWERS}. A model file also has the features' means (classes, features) and deviations, as the
 * tensors {@code fovea.answers/means} and {@code /deviations}; an ONNX file has the JSON alone.
 */
public final class StoredAnswers {
  public static final String ANSWERS = "fovea.answers";
  private static final String MEANS = "fovea.answers/means";
  private static final String DEVIATIONS = "fovea.answers/deviations";

  private StoredAnswers() {}

  /** Whether a tensor of a file is the rule's. */
  public static boolean isOne(SafeTensors file, String name) {
    return file.metadata().containsKey(ANSWERS) && (name.equals(MEANS) || name.equals(DEVIATIONS));
  }

  public static void add(SafeTensorsWriter writer, Network network) {
    network.answers().ifPresent(rule -> add(writer, rule));
  }

  private static void add(SafeTensorsWriter writer, AnswerRule rule) {
    Optional<FeatureGaussian> features = rule.features();
    writer.metadata(ANSWERS, json(rule, true));
    if (features.isPresent()) {
      FeatureGaussian own = features.get();
      int width = own.deviations().length;
      writer.floats(MEANS, Shape.of(own.means().length, width), () -> flat(own.means()));
      writer.floats(DEVIATIONS, Shape.of(width), own::deviations);
    }
  }

  /** A rule's numbers, without those of its features. */
  public static String json(AnswerRule rule) {
    return json(rule, false);
  }

  private static String json(AnswerRule rule, boolean hasFeatures) {
    return StrictJson.object(
        json -> {
          switch (rule) {
            case AnswerRule.OneLabel one -> {
              json.writeNumberProperty("coverage", one.coverage());
              json.writeNumberProperty("least", one.least());
              if (hasFeatures && one.unlike().isPresent()) {
                json.writeNumberProperty("images", one.unlike().get().images());
                json.writeNumberProperty("own", one.unlike().get().own());
                json.writeNumberProperty("leftOut", one.unlike().get().leftOut());
              }
            }
            case AnswerRule.SeveralLabels several -> {
              json.writeArrayPropertyStart("thresholds");
              for (double threshold : several.thresholds()) {
                json.writeNumber(threshold);
              }
              json.writeEndArray();
            }
          }
          if (hasFeatures && rule.features().isPresent()) {
            json.writeStringProperty("node", rule.features().get().node());
            json.writeNumberProperty("limit", rule.features().get().limit());
          }
        });
  }

  private static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }

  /**
   * The rule in a file, if it has one.
   *
   * @throws IllegalArgumentException if its numbers are no rule
   */
  public static Optional<AnswerRule> read(SafeTensors file) throws FormatException {
    String text = file.metadata().get(ANSWERS);
    return text == null ? Optional.empty() : Optional.of(read(file.place(), text, file));
  }

  /**
   * The rule that a text states.
   *
   * @param name the file's name, for messages
   * @param file has the features' tensors; null where the text names none
   * @throws IllegalArgumentException if its numbers are no rule
   */
  public static AnswerRule read(String name, String text, @Nullable SafeTensors file)
      throws FormatException {
    String place = name + ": " + ANSWERS;
    JsonObject json = JsonObject.of(place, StrictJson.read(place, text));
    if (json.has("thresholds")) {
      return new AnswerRule.SeveralLabels(json.numbers("thresholds"));
    }
    Optional<FeatureGaussian> features = Optional.empty();
    if (file != null && json.has("node")) {
      features =
          Optional.of(
              new FeatureGaussian(
                  json.text("node"),
                  rows(file, MEANS),
                  rows(file, DEVIATIONS)[0],
                  json.number("limit")));
    }
    Optional<AnswerRule.UnlikeShares> unlike =
        json.has("images") // not in models of older versions
            ? Optional.of(
                new AnswerRule.UnlikeShares(
                    json.whole("images", 1), json.whole("own", 0), json.whole("leftOut", 0)))
            : Optional.empty();
    return new AnswerRule.OneLabel(json.number("coverage"), json.number("least"), features, unlike);
  }

  /** A tensor's rows; one row for a vector. */
  private static float[][] rows(SafeTensors file, String name) throws FormatException {
    Map<String, TensorEntry> tensors = file.tensors();
    TensorEntry entry = tensors.get(name);
    if (entry == null || entry.elements() == 0 || entry.sizes().size() > 2) {
      throw new FormatException(
          "%s: %s is missing, or no matrix; write the file again".formatted(file.place(), name));
    }
    float[] all = file.floats(entry);
    int width = (int) (entry.sizes().isEmpty() ? 1 : entry.sizes().getLast().longValue());
    float[][] rows = new float[all.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return rows;
  }
}
