package io.fovea.spring;

import io.fovea.inference.Classifier;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The meters {@code fovea.*}, if Micrometer is on the class path. */
@AutoConfiguration(before = FoveaAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnProperty("fovea.model")
public final class FoveaMetricsAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  InferenceMeters inferenceMeters(ObjectProvider<Classifier> classifier) {
    return new InferenceMeters(classifier);
  }
}
