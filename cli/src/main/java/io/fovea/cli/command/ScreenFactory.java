package io.fovea.cli.command;

import io.fovea.cli.screen.Screen;
import picocli.CommandLine;

/** Makes commands: those that take a screen in their constructor get this one. */
final class ScreenFactory implements CommandLine.IFactory {
  private final Screen screen;

  ScreenFactory(Screen screen) {
    this.screen = screen;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == TrainCommand.class) {
      return type.cast(new TrainCommand(screen));
    }
    if (type == SparkTrainCommand.class) {
      return type.cast(new SparkTrainCommand(screen));
    }
    if (type == EvalCommand.class) {
      return type.cast(new EvalCommand(screen));
    }
    if (type == PredictCommand.class) {
      return type.cast(new PredictCommand(screen));
    }
    if (type == ExplainCommand.class) {
      return type.cast(new ExplainCommand(screen));
    }
    if (type == ServeCommand.class) {
      return type.cast(new ServeCommand(screen));
    }
    if (type == StudioCommand.class) {
      return type.cast(new StudioCommand(screen));
    }
    if (type == RunCommand.class) {
      return type.cast(new RunCommand(screen));
    }
    if (type == DataCommand.class) {
      return type.cast(new DataCommand(screen));
    }
    if (type == WeightsCommand.class) {
      return type.cast(new WeightsCommand(screen));
    }
    if (type == SummaryCommand.class) {
      return type.cast(new SummaryCommand(screen));
    }
    if (type == ExportCommand.class) {
      return type.cast(new ExportCommand(screen));
    }
    if (type == ImportCommand.class) {
      return type.cast(new ImportCommand(screen));
    }
    if (type == GradcheckCommand.class) {
      return type.cast(new GradcheckCommand(screen));
    }
    if (type == BenchCommand.class) {
      return type.cast(new BenchCommand(screen));
    }
    if (type == AotTrainingCommand.class) {
      return type.cast(new AotTrainingCommand(screen));
    }
    if (type == DoctorCommand.class) {
      return type.cast(new DoctorCommand(screen));
    }
    return CommandLine.defaultFactory().create(type);
  }
}
