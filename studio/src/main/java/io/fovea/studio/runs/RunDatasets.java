package io.fovea.studio.runs;

import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.http.HttpError;
import io.fovea.studio.data.DatasetCatalog;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Predicate;

public record RunDatasets(Runs runs, DatasetCatalog catalog) {
  /** The name of a run's set, if it is known. */
  public Optional<String> name(String run) throws IOException {
    String recorded = runs.recorded(run).map(RunRecord::data).orElse("");
    String configured = recorded.isEmpty() ? runs.config(run).data() : "";
    return catalog.find(recorded, configured);
  }

  /** What pages call a run's set: its name, also when it was deleted, else its path. */
  String title(String run) throws IOException {
    Optional<String> gone = runs.recorded(run).map(RunRecord::data).filter(name -> !name.isEmpty());
    return name(run)
        .or(() -> gone.map(name -> name + " (deleted)"))
        .orElse(runs.config(run).data());
  }

  /**
   * The set of a run, in the size of its network and the run's colours.
   *
   * @param input of the run's network, whose size may come from pretrained weights
   * @throws HttpError 404 if it is unknown
   */
  public DataSplit open(String run, String name, Shape input) throws IOException {
    String grey = runs.config(run).flag("grayscale");
    ImageSize size = new ImageSize(input.size(2), input.size(1));
    return catalog.open(name, size, grey.isEmpty() ? "off" : grey);
  }

  /**
   * Checks that no process reads a set.
   *
   * @param isAsked whether a step of a run is being replayed
   * @throws HttpError 409 if a run is trained on it, or asked
   */
  public void requireUnused(String set, Predicate<String> isAsked) throws IOException {
    for (String run : runs.names()) {
      if (reads(run, set, isAsked)) {
        throw new HttpError(
            409,
            "data: %s is used by run %s; stop it, or wait until it has ended".formatted(set, run));
      }
    }
  }

  private boolean reads(String run, String set, Predicate<String> isAsked) throws IOException {
    try {
      return (isAsked.test(run) || runs.isLive(run)) && name(run).equals(Optional.of(set));
    } catch (HttpError | NoSuchFileException damagedOrGone) {
      return false;
    }
  }

  /** A run's set, if it is open in any size. */
  Optional<DataSplit> opened(String run) throws IOException {
    return name(run).flatMap(catalog::opened);
  }
}
