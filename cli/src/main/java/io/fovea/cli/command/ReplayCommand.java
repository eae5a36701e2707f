package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.format.Models;
import io.fovea.replay.Biography;
import io.fovea.replay.Replay;
import io.fovea.replay.ReplayedStep;
import java.io.IOException;
import java.nio.file.Path;
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
final class ReplayCommand extends ScreenCommand {
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

  ReplayCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    if (step == null && weight == null) {
      throw new UsageException("replay: expects --step N, or --weight NAME[I,J,..]; give one");
    }
    if (out != null) {
      OutputFiles.requireEnding("--out", out, ".safetensors");
    }
    if (sheet != null) {
      OutputFiles.requireEnding("--sheet", sheet, ".png");
    }
    RunReplay run = flags.open(screen, "replay");
    run.requireSameRun("replay");
    Replay replay = run.replay(false);
    long last = step == null ? run.steps() : step;
    if (last <= replay.start() || last > run.steps()) {
      throw new UsageException(
          "--step: expects a step from %,d to %,d, the last of %s, got %,d"
              .formatted(replay.start() + 1, run.steps(), flags.run(), last));
    }
    if (weight == null) {
      show(screen, common.json, run, replay.step(last), sheet, out);
    } else {
      biography(run, replay, weight, last);
    }
    return 0;
  }

  /** Prints a step, and writes its sheet and its model. */
  static void show(
      Console screen,
      boolean json,
      RunReplay run,
      ReplayedStep step,
      @Nullable Path sheet,
      @Nullable Path out)
      throws IOException {
    StepText text = new StepText(run);
    if (json) {
      screen.println(Json.line(text.json(step)));
    } else {
      screen.out().print(text.of(step));
    }
    if (sheet != null) {
      text.draw(step, sheet);
    }
    if (out != null) {
      Models.write(run.network(step.after()), out);
    }
    written(screen, json, "model: ", out);
    written(screen, json, "sheet: ", sheet);
  }

  private static void written(Console screen, boolean json, String what, @Nullable Path file) {
    if (file != null && !json) {
      screen.println(what + file);
    }
  }

  private void biography(RunReplay run, Replay replay, String named, long last) throws IOException {
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
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(
          "--weight: " + String.valueOf(wrong.getMessage()).replaceFirst("^biography: ", ""));
    }
    StepText text = new StepText(run);
    if (common.json) {
      screen.println(Json.line(text.json(one)));
    } else {
      screen.out().print(text.of(one));
    }
    if (sheet != null) {
      text.draw(one, sheet);
    }
    if (out != null) {
      Models.write(run.network(replay.after(last)), out);
    }
    written(screen, common.json, "model: ", out);
    written(screen, common.json, "sheet: ", sheet);
  }
}
