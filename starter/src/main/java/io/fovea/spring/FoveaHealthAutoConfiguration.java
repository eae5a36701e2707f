package io.fovea.spring;

import io.fovea.inference.Classifier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.PropertySource;

/**
 * The health indicator {@code fovea}, if the application has the actuator.
 *
 * <p>Spring Boot ignores unknown statuses in an application's status, so the properties file, which
 * the application's properties override, puts {@code DEGRADED} into the order of statuses, worse
 * than {@code UP}. Its HTTP status is 200, since a slow service still works.
 */
@AutoConfiguration(after = FoveaAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnSingleCandidate(Classifier.class)
@ConditionalOnEnabledHealthIndicator("fovea")
@PropertySource("classpath:io/fovea/spring/health.properties")
public final class FoveaHealthAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean(name = "foveaHealthIndicator")
  FoveaHealthIndicator foveaHealthIndicator(ObjectProvider<Classifier> classifier) {
    return new FoveaHealthIndicator(classifier);
  }
}
