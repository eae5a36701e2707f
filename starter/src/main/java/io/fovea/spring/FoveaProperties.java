package io.fovea.spring;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code fovea.*}.
 *
 * @param model The application's model: a .safetensors or .onnx file, a run folder of fovea train,
 *     or a resource such as classpath:digits.safetensors.
 * @param mean What is subtracted from pixel/255, one number for each channel or one for all, for an
 *     .onnx file of another program; if empty, that of the file's metadata, or 0.
 * @param deviation The divisor after that, likewise; if empty, that of the file's metadata, or 1.
 * @param threads Number of computing threads, and of concurrent calls; 0 for all processors.
 * @param batch Batching of images of several callers.
 * @param warmUp Longest duration of the warm-up at start, which ends when the JVM has compiled the
 *     kernels; 0 for none.
 */
@ConfigurationProperties("fovea")
public record FoveaProperties(
    @DefaultValue("") String model,
    @DefaultValue List<Double> mean,
    @DefaultValue List<Double> deviation,
    @DefaultValue("0") int threads,
    @DefaultValue Batch batch,
    @DefaultValue("10s") Duration warmUp) {

  private static final int MOST_THREADS = 1024;
  private static final int LARGEST_BATCH = 256;
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
  private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(10);

  /**
   * The properties {@code fovea.batch.*} of the {@link io.fovea.inference.BatchingClassifier}.
   *
   * @param maxSize Largest batch.
   * @param maxDelay Longest time that an image waits for others; with 0, only images that arrive
   *     while the processors are busy share a batch.
   */
  public record Batch(@DefaultValue("32") int maxSize, @DefaultValue("0ms") Duration maxDelay) {}

  /**
   * Refuses values out of range.
   *
   * @throws FoveaConfigurationException with the property's name
   */
  FoveaProperties checked() {
    if (model.isBlank()) {
      throw new FoveaConfigurationException(
          "fovea.model: expects a model, got an empty value",
          "Set fovea.model to a .safetensors or .onnx file, a run folder, or classpath:NAME.");
    }
    within("fovea.threads", threads, 0, MOST_THREADS);
    within("fovea.batch.max-size", batch.maxSize, 1, LARGEST_BATCH);
    within("fovea.batch.max-delay", batch.maxDelay, LONGEST_DELAY);
    within("fovea.warm-up", warmUp, LONGEST_WARM_UP);
    return this;
  }

  private static void within(String property, int value, int least, int most) {
    if (value < least || value > most) {
      throw new FoveaConfigurationException(
          "%s: expects a number from %d to %d, got %d".formatted(property, least, most, value),
          "Set %s to a number in this range, or leave it out.".formatted(property));
    }
  }

  private static void within(String property, Duration value, Duration most) {
    if (value.isNegative() || value.compareTo(most) > 0) {
      throw new FoveaConfigurationException(
          "%s: expects a duration from 0 to %d s, got %s"
              .formatted(property, most.toSeconds(), value),
          "Set %s to a duration such as 5ms or 2s, or leave it out.".formatted(property));
    }
  }

  /** The number of computing threads, from 1. */
  int processors() {
    return threads > 0
        ? threads
        : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }
}
