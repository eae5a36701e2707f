package io.fovea.cli.command;

import io.fovea.cli.command.use.PredictCommand;
import io.fovea.cli.command.use.QuickStart;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Cures;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.Version;
import io.fovea.cli.screen.WrongUsage;
import io.fovea.cli.train.flags.FlagGroup;
import io.fovea.cli.train.flags.Recipe;
import io.fovea.cluster.ClusterException;
import io.fovea.data.base.DataException;
import io.fovea.file.PathProblems;
import io.fovea.format.FormatException;
import io.fovea.train.DivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code fovea}: finds the requested command, runs it, and turns its failure into one line and an
 * exit code.
 */
public final class FoveaCommand {
  private FoveaCommand() {}

  /** Arguments that are answered with the names and descriptions of the commands at most. */
  private static final Set<String> ABOUT_ALL = Set.of("-h", "--help", "-V", "--version");

  public static int run(Console screen, String... args) {
    boolean debug = Arrays.asList(args).contains("--debug");
    CommandLine commands =
        args.length == 0 || (args.length == 1 && ABOUT_ALL.contains(args[0]))
            ? root(screen)
            : commands(screen, args[0]);
    commands.setOut(new PrintWriter(screen.out(), true, screen.out().charset()));
    commands.setErr(new PrintWriter(screen.err(), true, screen.err().charset()));
    commands.setColorScheme(
        CommandLine.Help.defaultColorScheme(screen.colours() ? Ansi.ON : Ansi.OFF));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler(
        (wrong, given) -> {
          screen.fail(
              WrongUsage.text(wrong), "see fovea " + path(wrong.getCommandLine()) + "--help");
          return 2;
        });
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (debug) {
            failure.printStackTrace(screen.err());
          }
          if (failure instanceof UsageException wrong) {
            String origin = Recipe.origin(wrong.flag(), command.getParseResult());
            screen.fail(wrong.getMessage() + origin, "see fovea " + path(command) + "--help");
            return 2;
          }
          screen.fail(explain(failure), "");
          return 1;
        });
    commands.setExecutionStrategy(FoveaCommand::execute);
    int exit;
    try {
      exit = commands.execute(args);
    } catch (Error broken) { // picocli passes on exceptions only
      if (debug) {
        broken.printStackTrace(screen.err());
      }
      screen.fail(explain(broken), "");
      return 1;
    }
    try {
      screen.finish();
      return exit;
    } catch (Failure lost) {
      screen.fail(String.valueOf(lost.getMessage()), "");
      return exit == 0 ? 1 : exit;
    }
  }

  /** In a quick start, help and the command that is made for it; the full JVM runs the others. */
  private static int execute(ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    ParseResult command = parsed.subcommand();
    if (command == null) {
      CommandLine all = parsed.commandSpec().commandLine();
      all.usage(all.getOut());
      return 0;
    }
    return QuickStart.isOn() && !(command.commandSpec().userObject() instanceof PredictCommand)
        ? QuickStart.NEEDS_FULL_START
        : new CommandLine.RunLast().execute(parsed);
  }

  /** The command line without commands. Annotations of its own would cost a fifth of its help. */
  private static CommandLine root(Console screen) {
    CommandSpec spec = CommandSpec.create().name("fovea").versionProvider(new Version());
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this help message and exit.")
            .build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print version information and exit.")
            .build());
    spec.usageMessage()
        .description("Convolutional networks in pure Java: train them, test them, use them.")
        .customSynopsis("fovea [-hV] COMMAND")
        .footer(
            "",
            "Start with: fovea train          trains the two-layer network on MNIST",
            "Help on a command: fovea train --help");
    CommandLine root = new CommandLine(spec, Verb.factory(screen));
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Verb::help);
    return root;
  }

  /** The command line with all commands, or only with the one of that name. */
  static CommandLine commands(Console screen, String wanted) {
    CommandLine commands = root(screen);
    addCommands(commands, wanted);
    for (String training : List.of("train", "spark-train")) {
      CommandLine command = commands.getSubcommands().get(training);
      if (command != null) {
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, FlagGroup::help);
      }
    }
    commands.registerConverter(Path.class, WrongUsage::path);
    commands.registerConverter(double.class, WrongUsage::doubleOption);
    commands.registerConverter(Double.class, WrongUsage::doubleOption);
    return commands;
  }

  /**
   * Only the requested command, if its name is clear: reflection on all costs a tenth of a second.
   */
  private static void addCommands(CommandLine commands, String wanted) {
    for (Verb verb : Verb.all()) {
      if (verb.name().equals(wanted)) {
        commands.addSubcommand(verb.type());
        return;
      }
    }
    Verb.all().forEach(verb -> commands.addSubcommand(verb.type()));
  }

  private static String path(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    return name.equals("fovea") ? "" : name.substring("fovea ".length()) + " ";
  }

  /**
   * One line for the user: exceptions of this project have a message for users; others are bugs.
   */
  private static String explain(Throwable failure) {
    if (failure instanceof CommandLine.ExecutionException
        && failure.getCause() instanceof Error e) {
      return explain(e); // thrown by a command that is a method
    }
    boolean ours =
        failure instanceof Failure
            || failure instanceof DataException
            || failure instanceof FormatException
            || failure instanceof DivergedException
            || failure instanceof ClusterException
            || failure instanceof IllegalArgumentException;
    if (ours) {
      return text(failure) + Cures.of(failure);
    }
    if (failure instanceof UncheckedIOException unread
        && unread.getCause() instanceof DataException broken) {
      return text(broken) + Cures.of(broken);
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      String reason = PathProblems.reason(failure);
      return "cannot read or write a file: %s; %s"
          .formatted(
              reason,
              reason.contains(RunFolders.NO_SPACE)
                  ? "free some space on the disk"
                  : "check the path and its permissions");
    }
    if (failure instanceof OutOfMemoryError && text(failure).contains("native thread")) {
      return "out of threads: the system refuses to start another one; use fewer --threads, end other programs, or raise the limit on processes (ulimit -u, or that of the container)";
    }
    boolean isUnloaded = // a class whose constants did not fit says so at its second use only
        failure instanceof NoClassDefFoundError && text(failure.getCause()).contains("OutOfMemory");
    if (failure instanceof OutOfMemoryError || isUnloaded) {
      return "out of memory: the heap has at most %d MB; use a smaller --batch, fewer --threads, fewer or smaller pictures, or a larger heap: FOVEA_JAVA_OPTS=-Xmx8g"
          .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }
    return "internal error, please report it: " + failure + "; --debug shows where";
  }

  private static String text(@Nullable Throwable failure) {
    return failure == null ? "" : String.valueOf(failure.getMessage());
  }
}
