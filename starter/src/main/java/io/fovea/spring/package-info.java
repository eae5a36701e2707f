/**
 * A model's file as beans of a Spring Boot application: {@link
 * io.fovea.spring.FoveaAutoConfiguration} makes the classifiers that {@link
 * io.fovea.spring.FoveaProperties} describe, and, where the application has the actuator, a health
 * indicator and meters. See docs/spring-boot.md.
 */
@NullMarked
package io.fovea.spring;

import org.jspecify.annotations.NullMarked;
