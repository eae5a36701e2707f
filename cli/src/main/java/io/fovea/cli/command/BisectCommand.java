package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.replay.Replay;
import io.fovea.replay.ReplayedStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea bisect}. */
@Command(
    name = "bisect",
    description = {
      "Finds the first step of a run after which a condition holds, and shows it as replay does.",
      "The run is trained again once; then the steps before the first state that holds are halved."
    })
final class BisectCommand extends ScreenCommand {
  @Mixin private final ReplayFlags flags = new ReplayFlags();

  @Option(
      names = "--when",
      required = true,
      paramLabel = "CONDITION",
      description = {
        "predicts FILE = CLASS; loss > X (of the step); test-accuracy < X; norm WEIGHT > X;",
        "dead LAYER > X (the share of ReLU channels without a positive value on 512 test images); nan. Both < and > are known."
      })
  private String when = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N test images count for test-accuracy (default: all).")
  private int limit;

  @Option(names = "--sheet", paramLabel = "FILE.png", description = "Draw the step's images.")
  private @Nullable Path sheet;

  @Option(
      names = "--out",
      paramLabel = "FILE.safetensors",
      description = "Write the model as it was after the step.")
  private @Nullable Path out;

  BisectCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    if (limit < 0) {
      throw new UsageException("--limit: expects a number from 0 up, got " + limit);
    }
    if (sheet != null) {
      OutputFiles.requireEnding("--sheet", sheet, ".png");
    }
    if (out != null) {
      OutputFiles.requireEnding("--out", out, ".safetensors");
    }
    RunReplay run = flags.open(screen, "bisect");
    Replay replay = run.replay(false).watcher(flags.watcher(screen, run.steps()));
    ConditionText condition = ConditionText.of(when, run, replay, limit);
    run.requireSameRun("bisect");
    Optional<Replay.Onset> onset = condition.search().get();
    if (onset.isEmpty()) {
      Map<String, Object> none = new LinkedHashMap<>();
      none.put("when", when);
      none.put("step", null);
      screen.println(
          common.json
              ? Json.line(none)
              : "\"%s\" holds nowhere in the %,d steps".formatted(when, run.steps()));
      return 1;
    }
    show(run, replay, condition, onset.get());
    return 0;
  }

  private void show(RunReplay run, Replay replay, ConditionText condition, Replay.Onset onset)
      throws IOException {
    long step = onset.step();
    ReplayedStep shown = step > replay.start() ? replay.step(step) : null;
    if (common.json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("when", when);
      facts.put("step", step);
      facts.put("changes", onset.changes());
      facts.put("states", onset.states());
      if (shown != null) {
        facts.putAll(new StepText(run).json(shown));
      }
      screen.println(Json.line(facts));
      return;
    }
    screen.println(
        shown == null
            ? "\"%s\" holds from the start; there is no step to show".formatted(when)
            : "\"%s\" holds first %s step %,d (%,d states)"
                .formatted(when, condition.isOfSteps() ? "in" : "after", step, onset.states()));
    if (onset.changes() > 1) {
      screen.println(
          "it changes %d times on the grid of states; an earlier step between two of them may hold too"
              .formatted(onset.changes()));
    }
    if (shown != null) {
      ReplayCommand.show(screen, false, new StepText(run), replay, shown, sheet, out);
    }
  }
}
