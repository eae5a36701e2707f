package io.fovea.cli.command;

import io.fovea.cli.screen.Screen;
import io.fovea.cli.train.FrameFlag;
import io.fovea.inference.Classifier;
import io.fovea.layer.KernelSet;
import io.fovea.network.Network;
import io.fovea.serve.ModelFolder;
import io.fovea.serve.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;

/** The models of {@code fovea serve}: one file or run folder, or a folder of these. */
final class ServedModels implements ModelSource {
  private static final Duration FIRST_WARM_UP = Duration.ofSeconds(2);

  /** The JVM has compiled most of the code of inference for the first model. */
  private static final Duration NEXT_WARM_UP = Duration.ofMillis(500);

  private final Path path;
  private final PreprocessingFlags preprocessing;
  private final FrameFlag frame;
  private final int threads;
  private final Screen screen;
  private final boolean several;
  private boolean warm; // models are loaded one by one

  ServedModels(
      Path path, PreprocessingFlags preprocessing, FrameFlag frame, int threads, Screen screen) {
    this.path = path;
    this.preprocessing = preprocessing;
    this.frame = frame;
    this.threads = threads;
    this.screen = screen;
    this.several = ModelFolder.isOne(path);
  }

  /** Whether the path is a folder of models. */
  boolean several() {
    return several;
  }

  @Override
  public Map<String, NavigableMap<Integer, Path>> files() throws IOException {
    return several ? ModelFolder.list(path) : ModelFolder.single(path);
  }

  @Override
  public Classifier load(Path file) throws IOException {
    Network network = frame.apply(preprocessing.open(file, screen::say));
    Classifier classifier = Classifier.of(network, threads, KernelSet.fastest());
    classifier.warmUp(warm ? NEXT_WARM_UP : FIRST_WARM_UP);
    warm = true;
    return classifier;
  }

  @Override
  public void report(String line) {
    screen.say(line);
  }
}
