package io.fovea.studio.inside;

import io.fovea.dataset.Image;
import io.fovea.studio.runs.Runs;
import io.fovea.studio.runs.StepReplays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The network and the pictures that the tests look at: those that come with the studio. */
public final class Digits {
  private Digits() {}

  public static InspectedModel model() throws IOException {
    return model(ModelCatalog.BUILT_IN);
  }

  /** The network of the book, which is shown first. */
  public static InspectedModel book() throws IOException {
    return model(ModelCatalog.BOOK);
  }

  private static InspectedModel model(String id) throws IOException {
    Runs runs =
        new Runs(Path.of("no-runs-here"), (arguments, log) -> new ProcessBuilder("true").start());
    StepReplays none =
        new StepReplays(
            runs, List.of(), (arguments, results, log) -> new ProcessBuilder("true").start());
    return new ModelCatalog(runs, none, Optional.empty()).open(id);
  }

  static Image image(int digit) throws IOException {
    return Examples.all().stream()
        .filter(example -> example.label() == digit)
        .findFirst()
        .orElseThrow()
        .image();
  }
}
