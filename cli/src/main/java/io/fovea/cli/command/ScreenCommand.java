package io.fovea.cli.command;

import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Screen;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that writes to a screen, with the common flags. */
abstract class ScreenCommand implements Callable<Integer> {
  final Screen screen;

  @Mixin final CommonFlags common = new CommonFlags();

  ScreenCommand(Screen screen) {
    this.screen = screen;
  }
}
