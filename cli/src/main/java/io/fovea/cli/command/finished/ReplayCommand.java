package io.fovea.cli.command.finished;

import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.format.Models;
import io.fovea.network.RefusedException;
import io.fovea.replay.Biography;
import io.fovea.replay.Replay;
import io.fovea.replay.ReplayedStep;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea replay}. */
@Command(
    name = "replay",
    description = {
      "Shows one step of a run: its images, the answers before and after, each layer's gradient and update.",
      "With --weight: which images a weight's value came from. The run is trained again from the nearest checkpoint."
    })
public final class ReplayCommand extends ScreenCommand {
  private static final Pattern WEIGHT = Pattern.compile("(.+)\\[(\\d{1,9}(?:,\\d{1,9})*)]");

  @Mixin private final ReplayFlags flags = new ReplayFlags();

  @Option(
      names = "--step",
      paramLabel = "N",
      description = "The step, from 1; with --weight the last one to count (default: the last).")
  private @Nullable Long step;

  @Option(
      names = "--weight",
      paramLabel = "NAME[I,J,..]",
      description =
          "The biography of an element of a weight, such as conv1.weight[3,0,2,2]: the ten images that raised it most, and the ten that lowered it most.")
  private @Nullable String weight;

  @Option(
      names = "--out",
      paramLabel = "FILE.safetensors",
      description = "Write the model as it was after the step.")
  private @Nullable Path out;

  @Option(names = "--sheet", paramLabel = "FILE.png", description = "Draw the images.")
  private @Nullable Path sheet;

  @Option(names = "--pictures", description = "With --json: each image as a PNG in base64.")
  private boolean pictures;

  public ReplayCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    if (step == null && weight == null) {
      throw new UsageException("replay: expects --step N, or --weight NAME[I,J,..]; give one");
    }
    if (pictures && !common.json) {
      throw new UsageException("--pictures: needs --json; --sheet FILE.png draws them");
    }
    if (out != null) {
      OutputFiles.requireEnding("--out", out, ".safetensors");
    }
    if (sheet != null) {
      OutputFiles.requireEnding("--sheet", sheet, ".png");
    }
    RunReplay run = flags.open(screen, "replay");
    run.requireSameRun();
    Replay replay = run.replay(false);
    long last = step == null ? run.steps() : step;
    if (last <= replay.start() || last > run.steps()) {
      throw new UsageException(
          "--step: expects a step from %,d to %,d, the last of %s, got %,d"
              .formatted(replay.start() + 1, run.steps(), flags.run(), last));
    }
    replay.watcher(flags.watcher(screen, last));
    StepText text = new StepText(run, pictures);
    if (weight == null) {
      ReplayedStep shown = replay.step(last);
      common.show(screen, text.result(shown), result -> screen.out().print(text.of(shown)));
      if (sheet != null) {
        text.draw(shown, sheet);
      }
      write(replay, shown::after);
    } else {
      biography(text, replay, weight, last);
    }
    return 0;
  }

  private void write(Replay replay, Supplier<Checkpoint> state) throws IOException {
    if (out != null) {
      Models.write(replay.network(state.get()), out);
    }
    if (out != null && !common.json) {
      screen.println("model: " + out);
    }
    if (sheet != null && !common.json) {
      screen.println("sheet: " + sheet);
    }
  }

  private void biography(StepText text, Replay replay, String named, long last) throws IOException {
    Matcher element = WEIGHT.matcher(named);
    if (!element.matches()) {
      throw new UsageException(
          "--weight: expects a parameter and an element, such as conv1.weight[3,0,2,2], got \"%s\""
              .formatted(named));
    }
    int[] index = Stream.of(element.group(2).split(",")).mapToInt(Integer::parseInt).toArray();
    Biography one;
    try {
      one = replay.biography(element.group(1), last, index);
    } catch (RefusedException wrong) {
      throw new UsageException("--weight: " + wrong.sentence());
    }
    common.show(screen, text.result(one), result -> screen.out().print(text.of(one)));
    if (sheet != null) {
      text.draw(one, sheet);
    }
    write(replay, () -> replay.after(last));
  }
}
