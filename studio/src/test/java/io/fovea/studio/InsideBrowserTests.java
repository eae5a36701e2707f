package io.fovea.studio;

import io.fovea.studio.inside.Digits;
import io.fovea.studio.inside.InspectedModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one look-inside page, with the network that comes with the studio. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class InsideBrowserTests {
  InsideBrowser page;
  InspectedModel model;

  /** Makes what the studio shows, before it is opened. */
  void prepare(Path folder) throws IOException {}

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    prepare(folder);
    page = InsideBrowser.open(folder);
    model = Digits.model();
  }

  @AfterAll
  void close() {
    if (page != null) {
      page.close();
    }
  }
}
