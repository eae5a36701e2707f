package io.fovea.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.inference.Classifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class FoveaHealthIndicatorTest {
  @TempDir Path folder;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  FoveaAutoConfiguration.class, FoveaHealthAutoConfiguration.class))
          .withPropertyValues("fovea.warm-up=0");

  private static Health health(ApplicationContext context) {
    return Objects.requireNonNull(context.getBean(HealthIndicator.class).health());
  }

  @Test
  void health_outputsThatAreNotNumbers_isDownWithTheCure() throws Exception {
    Path file = folder.resolve("broken.safetensors");
    byte[] bytes = Files.readAllBytes(Model.FILE);
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= 100; i++) { // finite weights whose products are not
      floats.putFloat(bytes.length - i * Float.BYTES, Float.MAX_VALUE);
    }
    Files.write(file, bytes);
    runner
        .withPropertyValues("fovea.model=" + file)
        .run(
            context -> {
              Health health = health(context);
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(health.getDetails())
                  .containsEntry("problem", "the model's outputs are not finite")
                  .containsEntry("cure", "its weights are damaged: train or export it again");
            });
  }

  @Test
  void health_lazyModelThatCannotBeLoaded_isDownWithTheReason() {
    runner
        .withPropertyValues("fovea.model=none.safetensors")
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
        .run(
            context -> {
              Health health = health(context);
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(String.valueOf(health.getDetails().get("error")))
                  .contains("fovea.model: there is no file");
            });
  }

  @Test
  void statusOrder_ofTheApplication_winsOverTheDefault() {
    String order = "management.endpoint.health.status.order";
    runner
        .withPropertyValues("fovea.model=" + Model.FILE)
        .run(
            context -> {
              assertThat(context).hasSingleBean(Classifier.class);
              assertThat(context.getEnvironment().getProperty(order))
                  .isEqualTo("DOWN,OUT_OF_SERVICE,DEGRADED,UP,UNKNOWN");
            });
    runner
        .withPropertyValues("fovea.model=" + Model.FILE, order + "=DOWN,UP")
        .run(
            context ->
                assertThat(context.getEnvironment().getProperty(order)).isEqualTo("DOWN,UP"));
  }
}
