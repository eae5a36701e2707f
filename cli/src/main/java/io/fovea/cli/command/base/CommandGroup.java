package io.fovea.cli.command.base;

import io.fovea.cli.screen.Console;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command whose methods are its subcommands; without a subcommand it prints its help. */
public abstract class CommandGroup implements Runnable {
  protected final Console screen;

  @Spec private @Nullable CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  protected CommandGroup(Console screen) {
    this.screen = screen;
  }

  @Override
  public final void run() {
    CommandSpec own = Objects.requireNonNull(spec);
    own.commandLine().usage(own.commandLine().getOut());
  }
}
