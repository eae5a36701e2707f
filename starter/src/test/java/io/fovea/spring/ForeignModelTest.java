package io.fovea.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.inference.Classifier;
import io.fovea.preprocessing.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * ONNX files of other programs state no preprocessing: the log says so, and properties state it.
 */
class ForeignModelTest {
  /** Images of 3x16x16, 10 outputs. */
  private static final Path FOREIGN =
      Path.of("../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx");

  @TempDir Path folder;
  private final Logger logger = Logger.getLogger(ConfiguredModel.class.getName());
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getMessage().contains(folder.toString())
              || line.getMessage().contains(FOREIGN.toString())) {
            warnings.add(line.getLevel() + " " + line.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(FoveaAutoConfiguration.class))
          .withPropertyValues("fovea.warm-up=0", "fovea.threads=1");

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
  }

  @Test
  void foreignModel_withoutPreprocessing_isLoggedOnce() {
    runner
        .withPropertyValues("fovea.model=" + FOREIGN)
        .run(
            context ->
                assertThat(context.getBean(Classifier.class).preprocessing().isUnit()).isTrue());
    assertThat(warnings)
        .containsExactly(
            "WARNING fovea.model: "
                + FOREIGN
                + " states no preprocessing, so it is pixel/255; if the network was trained with"
                + " another one, set fovea.mean and fovea.deviation");
  }

  @Test
  void foreignModel_withPreprocessing_usesItSilently() {
    runner
        .withPropertyValues(
            "fovea.model=" + FOREIGN.toUri(),
            "fovea.mean=0.485,0.456,0.406",
            "fovea.deviation=0.229,0.224,0.225")
        .run(
            context ->
                assertThat(context.getBean(Classifier.class).preprocessing())
                    .isEqualTo(Preprocessing.imageNet()));
    assertThat(warnings).isEmpty();
  }

  @Test
  void ownModel_asOnnx_isSilent() throws IOException {
    Path own = folder.resolve("own.onnx");
    Onnx.write(Models.load(Model.FILE), own);
    runner
        .withPropertyValues("fovea.model=" + own)
        .run(context -> assertThat(context).hasSingleBean(Classifier.class));
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "onnx|fovea.mean=1,2|preprocessing: expects one mean, or one for each channel (3), got [1.0, 2.0]|Set",
        "onnx|fovea.deviation=0|preprocessing: mean must be a number and deviation above 0, got 0.0 and 0.0 in channel 0|Set",
        "own|fovea.mean=0.5|expect an .onnx model, got MODEL, which has its own preprocessing|Leave"
      })
  void badPreprocessing_isRefusedWithCure(
      String model, String property, String message, String cure) {
    String file = (model.equals("own") ? Model.FILE : FOREIGN).toString();
    FoveaAutoConfigurationTest.assertRefused(
        runner.withPropertyValues("fovea.model=" + file, property),
        "fovea.mean, fovea.deviation: " + message.replace("MODEL", file),
        cure + " fovea.mean and fovea.deviation ");
  }
}
