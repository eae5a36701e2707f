package io.fovea.cli.command.use;

import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.HeapKeeper;
import io.fovea.cli.train.engine.StudioLauncher;
import io.fovea.cli.train.engine.TrainingProcess;
import io.fovea.cli.train.flags.DataDirFlag;
import io.fovea.cli.train.flags.Recipe;
import io.fovea.studio.Studio;
import io.fovea.studio.StudioOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea studio}. */
@Command(
    name = "studio",
    description = {
      "Starts the studio: web pages to train networks, look inside them and browse data sets.",
      "Open the printed address in a browser. Ctrl-C stops the studio; its trainings go on."
    })
public final class StudioCommand extends ScreenCommand {
  /** Sorting and looks inside leave garbage for which the heap grows. */
  private static final long LOOKS_MILLIS = 10_000;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A .safetensors file or a run folder to inspect.")
  private @Nullable Path model;

  @Mixin private final AddressFlags address = new AddressFlags(8090);

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description =
          "The token that browsers need; open the address with ?token=SECRET once (default: the environment's FOVEA_TOKEN, or none).")
  private String token = System.getenv().getOrDefault("FOVEA_TOKEN", "");

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "The folder of run folders (default: runs).")
  private Path runs = Path.of("runs");

  @Mixin private final DataDirFlag dataDir = new DataDirFlag();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder of images or IDX files for the pages, besides the named sets. Repeatable.")
  private List<Path> data = List.of();

  public StudioCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    // Report errors here instead of on a page.
    for (Path folder : data) {
      requireFolder("--data", folder);
      RunFolders.requireOutside("--runs", folder, runs);
    }
    if (Files.exists(runs)) {
      requireFolder("--runs", runs);
    }
    if (model != null) {
      ModelFiles.open(model);
    }
    try (Studio studio = start()) {
      screen.println(common.json ? Json.line(Map.of("url", studio.url())) : studio.url());
      screen.out().flush();
      screen.say("the studio is open; Ctrl-C closes it");
      for (HeapKeeper heap = new HeapKeeper(); ; heap.keep()) {
        Thread.sleep(LOOKS_MILLIS); // until Ctrl-C ends the process
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void requireFolder(String flag, Path path) {
    if (!Files.isDirectory(path)) {
      throw new Failure(
          "%s: expects a folder, got %s, %s; check the path"
              .formatted(flag, path, Files.exists(path) ? "a file" : "which does not exist"));
    }
  }

  private Studio start() throws IOException {
    StudioOptions setup =
        new StudioOptions(
            address(),
            token,
            runs,
            Optional.ofNullable(model),
            dataDir.folder(),
            data,
            Recipe.abouts(),
            new TrainingProcess());
    return StudioLauncher.open(setup);
  }

  private InetSocketAddress address() {
    if (address.port < 0 || address.port > 65_535) {
      throw new UsageException("--port: expects a number from 0 to 65535, got " + address.port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(address.host), address.port);
    } catch (UnknownHostException e) {
      throw new UsageException(
          "--host: expects an address of this machine such as 127.0.0.1 or 0.0.0.0, got \"%s\""
              .formatted(address.host));
    }
  }
}
