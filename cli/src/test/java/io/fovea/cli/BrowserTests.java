package io.fovea.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A folder, which is kept where a test fails, and the processes that a studio has started. */
@Tag("gate")
@Timeout(300)
abstract class BrowserTests {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    RealStudio.end(started);
  }
}
