package io.fovea.cli.command.finished;

import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.Version;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.file.DisplayText;
import io.fovea.replay.Replay;
import io.fovea.replay.RunAudit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea verify}. */
@Command(
    name = "verify",
    description = {
      "Trains a run again and compares, to the bit: images, settings, each line of metrics, the weights after each epoch, and with --all the whole models.",
      "The exit code is 1 if something differs; the first difference is printed."
    })
public final class VerifyCommand extends ScreenCommand {
  @Mixin private final ReplayFlags flags = new ReplayFlags();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Compare the first N steps (default: those of one epoch).")
  private @Nullable Long steps;

  @Option(names = "--epochs", paramLabel = "N", description = "Compare the first N epochs.")
  private @Nullable Long epochs;

  @Option(
      names = "--all",
      description =
          "Compare all steps and the model files; of a fork, also those of its parent before it, if that is there.")
  private boolean all;

  @Option(
      names = "--from",
      paramLabel = "STEP",
      description =
          "Begin at the latest kept checkpoint at or before this step, and trust it (default: at the start).")
  private long from;

  public VerifyCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    if ((steps != null ? 1 : 0) + (epochs != null ? 1 : 0) + (all ? 1 : 0) > 1) {
      throw new UsageException("verify: --steps, --epochs and --all cannot be combined; give one");
    }
    UsageException.requirePositive("--steps", steps);
    UsageException.requirePositive("--epochs", epochs);
    RunReplay run = flags.open(screen, "verify");
    Replay replay = run.replay(true);
    List<String> trusted = new ArrayList<>(run.trusted(replay, all && from <= replay.start()));
    long begin = Math.max(from, replay.start());
    if (from < 0 || begin >= run.steps()) {
      throw new UsageException(
          "--from: expects a step from %,d to %,d, before the last of %s, got %,d"
              .formatted(replay.start(), run.steps() - 1, flags.run(), from));
    }
    long most = run.steps();
    long until =
        all
            ? most
            : steps != null
                ? begin + Math.min(steps, most)
                : run.epochEnd(begin, epochs == null ? 1 : epochs);
    replay.watcher(flags.watcher(screen, Math.min(until, most)));
    RunAudit.Result result;
    try {
      result = RunAudit.of(flags.run(), replay, run.train(), begin, until);
    } catch (IllegalArgumentException refused) {
      throw new Failure(String.valueOf(refused.getMessage()), refused);
    }
    if (result.from() > replay.start()) {
      trusted.removeIf(words -> words.startsWith(RunReplay.STATE));
      trusted.add(RunReplay.STATE + "%,d".formatted(result.from()));
    }
    Optional<String> version =
        Optional.of(run.job().config().fovea()).filter(other -> !other.equals(Version.FOVEA));
    Verified verified =
        new Verified(
            flags.run(),
            result.first().isEmpty(),
            result.until() - result.from(),
            result.recorded() - replay.start(),
            trusted(trusted),
            version,
            result.missing(),
            result
                .first()
                .map(one -> new Difference(one.step(), one.what(), one.recorded(), one.again())));
    common.show(screen, verified, shown -> print(result, shown));
    return result.first().isPresent() ? 1 : 0;
  }

  private static Optional<String> trusted(List<String> what) {
    String words = String.join(" and ", what);
    String verb = words.contains(" and ") ? "are" : "is";
    return Optional.of("begins with %s, which %s trusted".formatted(words, verb))
        .filter(any -> !what.isEmpty());
  }

  /**
   * What --json prints.
   *
   * @param steps those of the run, of a fork its own
   * @param trusted what is not trained again at the start
   * @param fovea the run's version, if it is another one
   */
  private record Verified(
      Path run,
      boolean equal,
      long compared,
      long steps,
      Optional<String> trusted,
      Optional<String> fovea,
      List<String> missing,
      Optional<Difference> difference) {}

  private record Difference(long step, String what, String run, String again) {}

  private void print(RunAudit.Result result, Verified verified) {
    String rest =
        result.until() == result.recorded() ? "" : "; --all compares the others and the model";
    String trusted = verified.trusted().map(what -> "; " + what).orElse("");
    screen.println(
        result.first().isPresent()
            ? result.first().get()
            : "%,d of %,d steps equal to the bit%s%s"
                .formatted(verified.compared(), verified.steps(), rest, trusted));
    if (verified.equal() && !result.missing().isEmpty()) {
      screen.println(
          "not compared, since no step of the run gives it, or the run has no record of it: "
              + String.join(", ", result.missing()));
    }
    if (verified.fovea().isPresent()) {
      screen.println(
          "the run is of Fovea \"%s\", this is Fovea %s"
              .formatted(DisplayText.of(verified.fovea().get()), Version.FOVEA));
    }
  }
}
