package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** Creates commands, and passes this screen to constructors that take one. */
final class ConsoleFactory implements CommandLine.IFactory {
  private static final Map<Class<?>, Function<Console, Object>> COMMANDS =
      Map.ofEntries(
          Map.entry(TrainCommand.class, TrainCommand::new),
          Map.entry(SparkTrainCommand.class, SparkTrainCommand::new),
          Map.entry(EvalCommand.class, EvalCommand::new),
          Map.entry(PredictCommand.class, PredictCommand::new),
          Map.entry(EmbedCommand.class, EmbedCommand::new),
          Map.entry(ExplainCommand.class, ExplainCommand::new),
          Map.entry(ServeCommand.class, ServeCommand::new),
          Map.entry(StudioCommand.class, StudioCommand::new),
          Map.entry(ReplayCommand.class, ReplayCommand::new),
          Map.entry(VerifyCommand.class, VerifyCommand::new),
          Map.entry(RunCommand.class, RunCommand::new),
          Map.entry(DataCommand.class, DataCommand::new),
          Map.entry(DataCheckCommand.class, DataCheckCommand::new),
          Map.entry(WeightsCommand.class, WeightsCommand::new),
          Map.entry(SummaryCommand.class, SummaryCommand::new),
          Map.entry(ExportCommand.class, ExportCommand::new),
          Map.entry(ImportCommand.class, ImportCommand::new),
          Map.entry(GradcheckCommand.class, GradcheckCommand::new),
          Map.entry(BenchCommand.class, BenchCommand::new),
          Map.entry(AotTrainingCommand.class, AotTrainingCommand::new),
          Map.entry(DoctorCommand.class, DoctorCommand::new));

  private final Console screen;

  ConsoleFactory(Console screen) {
    this.screen = screen;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    Function<Console, Object> command = COMMANDS.get(type);
    return command == null
        ? CommandLine.defaultFactory().create(type)
        : type.cast(command.apply(screen));
  }
}
