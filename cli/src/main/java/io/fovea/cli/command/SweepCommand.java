package io.fovea.cli.command;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.TrainJob;
import io.fovea.cli.train.flags.RepeatCommand;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.SweepSpace;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.cli.train.record.SweepRun;
import io.fovea.run.FolderLock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea sweep}. */
@Command(
    name = "sweep",
    description = {
      "Trains with several values of flags, one run after another, and names the best run by validation accuracy.",
      "Each run is an ordinary run folder. The same command with the same --out skips finished runs and resumes an interrupted one."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  fovea sweep mnist --model pooled --epochs 1 --grid lr=0.1,0.03,0.01 --grid optimizer=sgd,nesterov",
      "  fovea sweep photos/ --model pooled --grid lr=0.001..0.1 --grid batch=16,32 --random 8"
    })
final class SweepCommand implements Callable<Integer> {
  private static final String USUAL_VALIDATION = "0.1";
  private static final int INTERRUPTED = 130;

  private final Console screen;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA",
      description = "As for train (default: mnist, or the recipe's).")
  private @Nullable String data;

  @Option(
      names = "--grid",
      paramLabel = "NAME=V1,V2,...",
      required = true,
      description =
          "Values of a flag below, or with --random a range, NAME=LOW..HIGH. Repeatable: every combination is a run.")
  private List<String> grids = new ArrayList<>();

  @Option(
      names = "--random",
      paramLabel = "N",
      description = "Only N combinations, drawn by --seed; from ranges log-uniformly.")
  private @Nullable Integer random;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The folder of the runs and of sweep.csv (default: runs/DATE-TIME-DATA-sweep).")
  private @Nullable Path out;

  @SuppressWarnings("UnusedVariable") // read through the command line's parse result
  @Mixin
  private final CommandSpec flags = TrainFlags.TABLE.spec();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Look for a named set's files here first.")
  private @Nullable Path dataDir;

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  @Mixin private final CommonFlags common = new CommonFlags();

  SweepCommand(Console screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> fixed = fixed();
    SweepSpace space = SweepSpace.of(grids);
    for (String name : space.names()) {
      if (fixed.containsKey(name) && !name.equals("validation")) {
        throw new UsageException("--%s: is also in --grid; leave one out".formatted(name));
      }
    }
    List<Map<String, String>> combinations = combinations(space, fixed);
    List<Settings> settings = new ArrayList<>();
    for (Map<String, String> chosen : combinations) {
      settings.add(checked(fixed, chosen));
    }
    String set =
        data != null ? data : TrainJob.usualData(settings.getFirst().get(TrainFlags.RECIPE));
    Path folder = out != null ? out : RunFolders.fresh(set, "sweep");
    List<SweepRun> runs = combinations.stream().map(chosen -> SweepRun.in(folder, chosen)).toList();
    SweepRun.requireOwnFolders(runs);
    Files.createDirectories(folder);
    try (FolderLock held =
        FolderLock.of(
            folder,
            "sweep: %s is being written by another process; wait, or give another --out"
                .formatted(folder))) {
      return held.channel().isOpen() ? run(folder, runs, settings, set, fixed, space) : 1;
    }
  }

  /** The flags that all runs share, validation images included. */
  private Map<String, String> fixed() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("sweep: called without a command line");
    }
    Map<String, String> fixed = TrainFlags.given(spec.commandLine().getParseResult());
    boolean tried = grids.stream().anyMatch(grid -> grid.matches("(--)?validation=.*"));
    Settings all = Settings.ofNewRun(fixed);
    all.requireWholeRun("sweep");
    boolean given = fixed.containsKey("validation") || all.get(TrainFlags.VALIDATION) > 0;
    if (!given && !tried && !all.holdsOut()) {
      fixed.put("validation", USUAL_VALIDATION);
    }
    return fixed;
  }

  private List<Map<String, String>> combinations(SweepSpace space, Map<String, String> fixed) {
    if (random == null) {
      return space.all();
    }
    if (random < 1 || random > 10_000) {
      throw new UsageException("--random: expects a whole number from 1 to 10,000, got " + random);
    }
    String seed = fixed.getOrDefault("seed", TrainFlags.SEED.usual());
    return space.random(random, TrainFlags.SEED.parse(seed));
  }

  /** All flags of a run, checked before the first run. */
  private static Settings checked(Map<String, String> fixed, Map<String, String> chosen)
      throws IOException {
    Map<String, String> given = new LinkedHashMap<>(fixed);
    given.putAll(chosen);
    Settings all = Settings.ofNewRun(given);
    all.requireWholeRun("sweep");
    if (all.get(TrainFlags.VALIDATION) == 0 && !all.holdsOut()) {
      throw new UsageException(
          "--validation: expects a share above 0, got 0; these images choose the best run");
    }
    return all;
  }

  private Integer run(
      Path folder,
      List<SweepRun> runs,
      List<Settings> settings,
      String set,
      Map<String, String> fixed,
      SweepSpace space)
      throws IOException {
    for (int i = 0; i < runs.size(); i++) {
      runs.get(i).requireSame(set, settings.get(i).texts());
    }
    SweepRun.requireSameImages(runs);
    screen.say(
        "%,d runs in %s, chosen by validation images (--validation %s); after an interruption, the same command with --out %s resumes"
            .formatted(runs.size(), folder, settings.getFirst().texts().get("validation"), folder));
    for (int i = 0; i < runs.size(); i++) {
      SweepRun run = runs.get(i);
      run.requireSame(set, settings.get(i).texts()); // two names may be one folder on this disk
      SweepRun.State state = run.state();
      screen.say(
          "run %d of %d: %s%s"
              .formatted(
                  i + 1,
                  runs.size(),
                  run.text(),
                  switch (state) {
                    case NEW -> "";
                    case INTERRUPTED -> " (resumed)";
                    case DONE -> " (already done)";
                  }));
      if (state != SweepRun.State.DONE && train(run, state, set, fixed) == INTERRUPTED) {
        return INTERRUPTED;
      }
      SweepResults.of(folder, space.names(), runs).write();
      SweepRun.requireSameImages(runs);
    }
    return report(SweepResults.of(folder, space.names(), runs));
  }

  private int train(SweepRun run, SweepRun.State state, String set, Map<String, String> fixed)
      throws IOException {
    List<String> args = new ArrayList<>(List.of("train"));
    if (state == SweepRun.State.INTERRUPTED) {
      args.addAll(List.of("--resume", run.folder().toString()));
    } else {
      args.addAll(List.of(set, "--out", run.folder().toString()));
      Map<String, String> given = new LinkedHashMap<>(fixed);
      given.putAll(run.chosen());
      args.addAll(RepeatCommand.arguments(given));
    }
    if (dataDir != null) {
      args.addAll(List.of("--data-dir", dataDir.toString()));
    }
    args.addAll(List.of("--threads", Integer.toString(threadFlags.count(screen)), "--json"));
    return FoveaCommand.run(
        screen.withResults(OutputStream.nullOutputStream()), args.toArray(String[]::new));
  }

  private Integer report(SweepResults results) {
    if (!results.isAnyDone()) {
      throw new Failure(
          "sweep: none of the %,d runs finished; see their messages above"
              .formatted(results.runs().size()));
    }
    if (common.json) {
      screen.println(Json.line(results.json()));
    } else {
      screen.out().print(results.table());
      screen.println("best:   " + results.best());
      screen.println("table:  " + results.file());
    }
    long failed = results.failed();
    if (failed > 0) {
      screen.say(
          "%,d of %,d runs failed; see their messages above"
              .formatted(failed, results.runs().size()));
    }
    return 0;
  }
}
