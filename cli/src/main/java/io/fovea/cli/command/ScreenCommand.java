package io.fovea.cli.command;

import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that writes to a screen, with the common flags. */
abstract class ScreenCommand implements Callable<Integer> {
  final Console screen;

  @Mixin final CommonFlags common = new CommonFlags();

  ScreenCommand(Console screen) {
    this.screen = screen;
  }
}
