package io.fovea.cli.train.engine;

import io.fovea.cli.screen.Console;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.cluster.Cluster;
import io.fovea.cluster.ClusterOptions;
import io.fovea.cluster.ClusterRun;
import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains on a cluster.
 *
 * @param opener how workers open the images; null if the driver sends the images
 */
public record ClusterEngine(
    Console screen, Cluster cluster, ClusterOptions options, Optional<ClusterRun.Opener> opener)
    implements TrainingBackend {
  @Override
  public String name() {
    return "%s%s, synchronous"
        .formatted(
            options.workers() == 0 ? "" : options.workers() + " workers on ", cluster.name());
  }

  @Override
  public String resume(Path run) {
    String master = options.master().map(url -> " --master '%s'".formatted(url)).orElse("");
    String conf = options.conf().isEmpty() ? "" : " and the same --conf";
    return "fovea spark-train --resume %s%s%s".formatted(run, master, conf);
  }

  @Override
  public int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public History fit(
      TrainJob job,
      Optional<Checkpoint> resume,
      List<Listener> listeners,
      Records records,
      Interruption interruption) {
    ClusterRun run =
        new ClusterRun(
            String.valueOf(job.folder().path().getFileName()),
            job.network(),
            new Sent(Map.copyOf(job.settings().texts()), job.classWeights()),
            job.settings().get(TrainFlags.CHECKPOINT_EVERY),
            new ClusterRun.Images(
                job.parts().train(), job.parts().validation(), job.split().test(), opener),
            resume,
            listeners,
            new Watching(screen, records, interruption));
    return cluster.fit(run);
  }

  private record Sent(Map<String, String> texts, List<Double> classWeights)
      implements ClusterRun.Settings {
    @Override
    public void apply(Trainer trainer) {
      Settings.of(texts).apply(trainer, classWeights);
    }
  }

  private record Watching(Console screen, Records records, Interruption interruption)
      implements ClusterRun.Watcher {
    @Override
    public void say(String line) {
      screen.say(line);
    }

    @Override
    public void restarted(long step) {
      records.cutBackTo(step);
    }

    @Override
    public boolean interrupted() {
      return interruption.ask();
    }
  }
}
