package io.fovea.cli.command;

import io.fovea.cli.command.files.DataCheckCommand;
import io.fovea.cli.command.files.DataCommand;
import io.fovea.cli.command.files.EmbedCommand;
import io.fovea.cli.command.files.ExportCommand;
import io.fovea.cli.command.files.ImportCommand;
import io.fovea.cli.command.files.RunCommand;
import io.fovea.cli.command.files.SummaryCommand;
import io.fovea.cli.command.files.WeightsCommand;
import io.fovea.cli.command.finished.ReplayCommand;
import io.fovea.cli.command.finished.VerifyCommand;
import io.fovea.cli.command.machine.BenchCommand;
import io.fovea.cli.command.machine.DoctorCommand;
import io.fovea.cli.command.machine.GradcheckCommand;
import io.fovea.cli.command.machine.SparkTrainCommand;
import io.fovea.cli.command.use.EvalCommand;
import io.fovea.cli.command.use.ExplainCommand;
import io.fovea.cli.command.use.PredictCommand;
import io.fovea.cli.command.use.ServeCommand;
import io.fovea.cli.command.use.StudioCommand;
import io.fovea.cli.command.use.TrainCommand;
import io.fovea.cli.screen.Console;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/**
 * A command by its class.
 *
 * @param type the class, whose annotation has the name
 * @param maker makes one for a screen
 */
record Verb(Class<?> type, Function<Console, Object> maker) {
  /** The commands of a part of the first help screen, in its order. */
  private record Group(String heading, List<Verb> verbs) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "Train and use",
              List.of(
                  new Verb(TrainCommand.class, TrainCommand::new),
                  new Verb(PredictCommand.class, PredictCommand::new),
                  new Verb(EvalCommand.class, EvalCommand::new),
                  new Verb(ExplainCommand.class, ExplainCommand::new),
                  new Verb(ServeCommand.class, ServeCommand::new),
                  new Verb(StudioCommand.class, StudioCommand::new))),
          new Group(
              "Files and data",
              List.of(
                  new Verb(DataCommand.class, DataCommand::new),
                  new Verb(WeightsCommand.class, WeightsCommand::new),
                  new Verb(ImportCommand.class, ImportCommand::new),
                  new Verb(ExportCommand.class, ExportCommand::new),
                  new Verb(SummaryCommand.class, SummaryCommand::new),
                  new Verb(RunCommand.class, RunCommand::new),
                  new Verb(EmbedCommand.class, EmbedCommand::new))),
          new Group(
              "Finished runs",
              List.of(
                  new Verb(ReplayCommand.class, ReplayCommand::new),
                  new Verb(VerifyCommand.class, VerifyCommand::new))),
          new Group(
              "This machine and clusters",
              List.of(
                  new Verb(DoctorCommand.class, DoctorCommand::new),
                  new Verb(BenchCommand.class, BenchCommand::new),
                  new Verb(GradcheckCommand.class, GradcheckCommand::new),
                  new Verb(SparkTrainCommand.class, SparkTrainCommand::new))));

  /** Those of no group: the launcher's, and a subcommand. */
  private static final Verb REHEARSE = new Verb(AotTrainingCommand.class, AotTrainingCommand::new);

  private static final Verb DATA_CHECK = new Verb(DataCheckCommand.class, DataCheckCommand::new);

  static List<Verb> all() {
    return Stream.concat(
            GROUPS.stream().flatMap(group -> group.verbs.stream()), Stream.of(REHEARSE))
        .toList();
  }

  Command command() {
    return Objects.requireNonNull(type.getAnnotation(Command.class));
  }

  String name() {
    return command().name();
  }

  static CommandLine.IFactory factory(Console screen) {
    return new CommandLine.IFactory() {
      @Override
      public <K> K create(Class<K> wanted) throws Exception {
        for (Verb verb : Stream.concat(all().stream(), Stream.of(DATA_CHECK)).toList()) {
          if (verb.type.equals(wanted)) {
            return wanted.cast(verb.maker.apply(screen));
          }
        }
        return CommandLine.defaultFactory().create(wanted);
      }
    };
  }

  static String help(Help help) {
    StringBuilder text = new StringBuilder();
    for (Group group : GROUPS) {
      Help.TextTable table =
          Help.TextTable.forColumns(
              help.colorScheme(),
              new Help.Column(14, 2, Help.Column.Overflow.SPAN),
              new Help.Column(
                  help.commandSpec().usageMessage().width() - 14, 2, Help.Column.Overflow.WRAP));
      table.setAdjustLineBreaksForWideCJKCharacters(
          help.commandSpec().usageMessage().adjustLineBreaksForWideCJKCharacters());
      for (Verb verb : group.verbs) {
        table.addRowValues(
            help.colorScheme().commandText(verb.name()),
            help.colorScheme().text(verb.command().description()[0]));
      }
      text.append("%n%s:%n".formatted(group.heading)).append(table);
    }
    return text.toString();
  }
}
