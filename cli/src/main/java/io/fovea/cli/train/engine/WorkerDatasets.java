package io.fovea.cli.train.engine;

import io.fovea.cli.train.flags.Settings;
import io.fovea.cluster.ClusterRun;
import io.fovea.data.DataSets;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the data sets of a run on each worker, with the flags of this process.
 *
 * @param data a set's name, or the absolute path of a folder
 * @param dataDir the folder searched first for a named set's files; empty for none
 * @param texts the run's flags
 * @param sizes the image shape (C, H, W) of the run, possibly from its model
 * @param framing how images of other shapes are resized
 */
public record WorkerDatasets(
    String data, String dataDir, Map<String, String> texts, List<Integer> sizes, Framing framing)
    implements ClusterRun.Opener {

  /** Training and test images are requested one after the other, but opened together. */
  private record Opened(WorkerDatasets by, DataSplit split) {}

  private static @Nullable Opened last;

  public static WorkerDatasets of(TrainJob job, Optional<Path> dataDir) {
    Path folder = Path.of(job.data());
    return new WorkerDatasets(
        Files.exists(folder) ? folder.toAbsolutePath().toString() : job.data(),
        dataDir.map(dir -> dir.toAbsolutePath().toString()).orElse(""),
        Map.copyOf(job.settings().texts()),
        Arrays.stream(job.split().train().shape().sizes()).boxed().toList(),
        job.network().preprocessing().framing());
  }

  @Override
  public Dataset open(ClusterRun.Part part) throws IOException {
    Settings settings = Settings.of(texts);
    DataSplit split = split(this, settings);
    TrainingParts parts = TrainingParts.of(split, settings);
    return switch (part) {
      case TRAIN -> parts.train();
      case VALIDATION -> parts.validation().orElseThrow();
      case TEST -> split.test();
    };
  }

  private static synchronized DataSplit split(WorkerDatasets by, Settings settings)
      throws IOException {
    if (last == null || !last.by().equals(by)) {
      last = new Opened(by, DataSets.open(by.data, by.options(settings)));
    }
    return last.split();
  }

  private DataOptions options(Settings settings) {
    DataOptions options =
        settings
            .images()
            .withFraming(framing)
            .withChannels(sizes.get(0))
            .withImageSize(new ImageSize(sizes.get(2), sizes.get(1)));
    if (!dataDir.isEmpty()) {
      options = options.withDataDir(Path.of(dataDir));
    }
    return options;
  }
}
