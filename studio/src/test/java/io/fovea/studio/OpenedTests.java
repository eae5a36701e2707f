package io.fovea.studio;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that each ask a studio of their own. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
abstract class OpenedTests {
  @TempDir Path folder;
  @AutoClose Opened opened;

  TrainerProcess trainer() {
    return (arguments, log) -> new ProcessBuilder("true").start();
  }

  @BeforeEach
  void open() throws IOException {
    opened = new Opened(folder, "", trainer());
  }
}
