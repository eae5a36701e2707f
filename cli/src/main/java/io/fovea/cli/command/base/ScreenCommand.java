package io.fovea.cli.command.base;

import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that writes to a screen, with the common flags. */
public abstract class ScreenCommand implements Callable<Integer> {
  protected final Console screen;

  @Mixin protected final CommonFlags common = new CommonFlags();

  protected ScreenCommand(Console screen) {
    this.screen = screen;
  }
}
