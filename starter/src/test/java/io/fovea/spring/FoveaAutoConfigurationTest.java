package io.fovea.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.CallListener;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class FoveaAutoConfigurationTest {
  @TempDir Path folder;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  FoveaAutoConfiguration.class,
                  FoveaHealthAutoConfiguration.class,
                  FoveaMetricsAutoConfiguration.class))
          .withPropertyValues("fovea.warm-up=0");

  private static String label(Classifier classifier) throws IOException {
    return classifier.classify(Images.read(Model.picture(7), "seven")).label();
  }

  private void assertReadsASeven(String model) {
    runner
        .withPropertyValues("fovea.model=" + model)
        .run(context -> assertThat(label(context.getBean(Classifier.class))).isEqualTo("7"));
  }

  @Test
  void model_file_isAClassifierAndABatchingOne() {
    runner
        .withPropertyValues(
            "fovea.model=" + Model.FILE, "fovea.threads=3", "fovea.batch.max-size=8")
        .run(
            context -> {
              Classifier classifier = context.getBean(Classifier.class);
              assertThat(classifier.threads()).isEqualTo(3);
              assertThat(label(classifier)).isEqualTo("7");
              assertThat(
                      context
                          .getBean(BatchingClassifier.class)
                          .classify(Images.read(Model.picture(4), "four"))
                          .label())
                  .isEqualTo("4");
            });
  }

  @Test
  void model_resourceOrFileOrUrl_isFound() {
    assertReadsASeven("classpath:" + Model.NAME);
    assertReadsASeven(Model.FILE.toAbsolutePath().normalize().toUri().toString());
  }

  @Test
  void model_runFolder_isItsBest() throws IOException {
    Files.copy(Model.FILE, folder.resolve("best.safetensors"));
    assertReadsASeven(folder.toString());
  }

  @Test
  void model_onnx_isRead() throws IOException {
    Path file = folder.resolve("digits.onnx");
    Onnx.write(Models.load(Model.FILE), file);
    assertReadsASeven(file.toString());
  }

  @Test
  void model_resourceInsideAJar_isRead() throws IOException {
    Path jar = folder.resolve("models.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("inside/seven.safetensors"));
      entries.write(Files.readAllBytes(Model.FILE));
      entries.putNextEntry(new JarEntry("inside/damaged.safetensors"));
      entries.write(new byte[] {1, 2, 3});
    }
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
      runner
          .withClassLoader(loader)
          .withPropertyValues("fovea.model=classpath:inside/seven.safetensors")
          .run(context -> assertThat(label(context.getBean(Classifier.class))).isEqualTo("7"));
      runner
          .withClassLoader(loader)
          .withPropertyValues("fovea.model=classpath:inside/damaged.safetensors")
          .run(
              context ->
                  assertThat(context.getStartupFailure())
                      .hasStackTraceContaining(
                          "fovea.model: classpath:inside/damaged.safetensors"));
    }
  }

  @Test
  void noModel_noBeans() {
    runner.run(context -> assertThat(context).doesNotHaveBean(Classifier.class));
  }

  @Test
  void ownClassifier_isKept() throws IOException {
    try (Classifier own = Classifier.of(Models.load(Model.FILE), 1, KernelSet.fastest())) {
      runner
          .withBean("own", Classifier.class, () -> own)
          .withPropertyValues("fovea.model=" + Model.FILE)
          .run(
              context -> {
                assertThat(context).hasSingleBean(Classifier.class);
                assertThat(context.getBean(Classifier.class)).isSameAs(own);
                assertThat(context).hasSingleBean(BatchingClassifier.class);
              });
    }
  }

  @Test
  void listenerBean_isCalledForCallsButNotForTheWarmUp() {
    List<Integer> heard = new ArrayList<>();
    runner
        .withBean(CallListener.class, () -> (images, nanoseconds) -> heard.add(images))
        .withPropertyValues("fovea.model=" + Model.FILE, "fovea.warm-up=1ms")
        .run(
            context -> {
              assertThat(heard).isEmpty();
              label(context.getBean(Classifier.class));
              assertThat(heard).containsExactly(1);
            });
  }

  @Test
  void micrometer_absent_beansAreThereWithoutMeters() {
    runner
        .withClassLoader(new FilteredClassLoader("io.micrometer"))
        .withPropertyValues("fovea.model=" + Model.FILE)
        .run(
            context -> {
              assertThat(context).hasSingleBean(BatchingClassifier.class);
              assertThat(context).doesNotHaveBean("inferenceMeters");
            });
  }

  @Test
  void actuatorAndMicrometer_present_theirBeansAreThere() {
    runner
        .withPropertyValues("fovea.model=" + Model.FILE)
        .run(
            context -> {
              assertThat(context).hasSingleBean(HealthIndicator.class);
              assertThat(context).hasSingleBean(InferenceMeters.class);
              assertThat(context).doesNotHaveBean(MeterRegistry.class);
            });
    runner
        .withPropertyValues("fovea.model=" + Model.FILE, "management.health.fovea.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fovea.threads=-1|fovea.threads: expects a number from 0 to 1024, got -1",
        "fovea.threads=1025|fovea.threads: expects a number from 0 to 1024, got 1025",
        "fovea.batch.max-size=0|fovea.batch.max-size: expects a number from 1 to 256, got 0",
        "fovea.batch.max-delay=2m|fovea.batch.max-delay: expects a duration from 0 to 60 s, got PT2M",
        "fovea.warm-up=-1s|fovea.warm-up: expects a duration from 0 to 600 s, got PT-1S",
        "fovea.model=|fovea.model: expects a model, got an empty value",
        "fovea.model=classpath:none.onnx|fovea.model: there is no resource classpath:none.onnx",
        "fovea.model=none.safetensors|fovea.model: there is no file FOLDER/none.safetensors",
        "fovea.model=target|fovea.model: the folder FOLDER/target has no best.safetensors"
      })
  void badValue_isRefusedWithPropertyAndCure(String property, String message) {
    assertRefused(
        runner.withPropertyValues("fovea.model=" + Model.FILE, property),
        message.replace("FOLDER", Path.of("").toAbsolutePath().toString()),
        "Set " + message.split(":", 2)[0]);
  }

  /** What a failed start says, and how the cure begins. */
  static void assertRefused(ApplicationContextRunner runner, String message, String cure) {
    runner.run(
        context -> {
          Throwable failure = Objects.requireNonNull(context.getStartupFailure());
          FailureAnalysis analysis =
              Objects.requireNonNull(new FoveaFailureAnalyzer().analyze(failure));
          assertThat(analysis.getDescription()).isEqualTo(message);
          assertThat(analysis.getAction()).startsWith(cure);
        });
  }

  /** 256 inputs of 300 MB are never made: the plan is enough. */
  @Test
  void heap_thatIsTooSmall_isRefusedWithTheNumber() {
    Network wide =
        Network.input(3, 5000, 5000)
            .globalAvgPool2d()
            .flatten()
            .dense(2)
            .build(Initializer.he(), 1);
    FoveaProperties properties =
        new FoveaProperties(
            "wide.onnx",
            List.of(),
            List.of(),
            1,
            new FoveaProperties.Batch(256, Duration.ZERO),
            Duration.ZERO);
    assertThatThrownBy(() -> FoveaAutoConfiguration.requireHeap(wide, properties))
        .isInstanceOf(FoveaConfigurationException.class)
        .hasMessageMatching(
            "fovea.model: wide.onnx needs a heap of \\d+ MB, this JVM has at most \\d+; start it with -Xmx\\d+m, or lower the batch or the threads");
  }

  @Test
  void metadata_ofTheProperties_isInTheJar() throws IOException {
    try (var stream =
        FoveaProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      assertThat(stream).isNotNull();
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"fovea.model\"")
          .contains("\"fovea.batch.max-delay\"")
          .contains("\"fovea.warm-up\"", "\"fovea.mean\"", "\"fovea.deviation\"")
          .contains("Number of computing threads")
          .contains("Largest batch");
    }
  }
}
