package io.fovea.cli.train.engine;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Recipe;
import io.fovea.studio.Studio;
import io.fovea.studio.StudioOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts the studio, alone or with a run. */
public final class StudioLauncher {
  private StudioLauncher() {}

  /**
   * A studio on any free port that shows a run of this process and the other runs in its folder.
   */
  static Studio beside(Path run, String data, Optional<Path> dataDir) throws IOException {
    return open(
        new StudioOptions(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "",
            run.toAbsolutePath().resolve("..").normalize(),
            Optional.empty(),
            dataDir,
            RunPlan.isNamed(data) ? List.of() : List.of(Path.of(data)),
            Recipe.abouts(),
            new TrainingProcess()));
  }

  public static Studio open(StudioOptions setup) throws IOException {
    try {
      return Studio.start(setup);
    } catch (IOException e) {
      throw new Failure(
          "studio: cannot listen on %s port %d: %s; choose another --port, or 0 for any free one"
              .formatted(
                  setup.address().getHostString(), setup.address().getPort(), e.getMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
