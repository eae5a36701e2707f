package io.fovea.spring;

import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.CallListener;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ResourceLoader;

/**
 * A {@link Classifier} and a {@link BatchingClassifier} of the model in {@code fovea.model}, unless
 * the application defines them.
 *
 * <p>Beans are created and warmed up before the web server accepts its first request, and closed
 * after its last one.
 */
@AutoConfiguration
@ConditionalOnProperty("fovea.model")
@EnableConfigurationProperties(FoveaProperties.class)
public final class FoveaAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  Classifier classifier(
      FoveaProperties properties,
      ResourceLoader resources,
      ObjectProvider<CallListener> listeners) {
    properties.checked();
    Network network = ConfiguredModel.open(properties, resources);
    requireHeap(network, properties);
    Classifier classifier = Classifier.of(network, properties.processors(), KernelSet.fastest());
    if (properties.warmUp().isPositive()) {
      classifier.warmUp(properties.warmUp());
    }
    List<CallListener> all = listeners.orderedStream().toList();
    return all.isEmpty()
        ? classifier
        : classifier.withListener(
            (images, nanoseconds) -> all.forEach(each -> each.computed(images, nanoseconds)));
  }

  /** A heap that is too small is said here, not by an error in the middle of a request. */
  static void requireHeap(Network network, FoveaProperties properties) {
    int batch = Math.max(2, properties.batch().maxSize()); // the warm-up computes batches
    MemoryNeed need =
        Classifier.memory(network.graph(), properties.processors(), KernelSet.fastest(), batch);
    need.shortage(Runtime.getRuntime().maxMemory())
        .ifPresent(
            shortage -> {
              throw new FoveaConfigurationException(
                  "fovea.model: %s %s".formatted(properties.model(), shortage),
                  "Start Java with -Xmx%dm, or set fovea.batch.max-size or fovea.threads lower."
                      .formatted(need.heapMegabytes()));
            });
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(Classifier.class)
  BatchingClassifier batchingClassifier(FoveaProperties properties, Classifier classifier) {
    FoveaProperties.Batch batch = properties.checked().batch();
    return classifier.batching(batch.maxSize(), batch.maxDelay());
  }
}
