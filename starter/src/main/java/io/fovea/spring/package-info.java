/**
 * A model's file as beans of a Spring Boot application: {@link
 * io.fovea.spring.FoveaAutoConfiguration} creates the classifiers that {@link
 * io.fovea.spring.FoveaProperties} describe, and, if the application has the actuator, a health
 * indicator and meters. See docs/spring-boot.md.
 *
 * <p>{@code ConfiguredModel} opens a file, a run folder or a resource. {@code
 * FoveaHealthAutoConfiguration} and {@code FoveaMetricsAutoConfiguration} are used only if the
 * actuator and Micrometer are on the class path: {@code FoveaHealthIndicator} calls {@code
 * KernelCheck}, {@code InferenceMeters} is a {@code CallListener}. {@code FoveaFailureAnalyzer}
 * prints the error of a property and its cure.
 */
@NullMarked
package io.fovea.spring;

import org.jspecify.annotations.NullMarked;
