package io.fovea.studio.runs;

import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.http.HttpError;
import io.fovea.studio.data.DatasetCatalog;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.Optional;

/** The data sets of runs. */
public record RunDatasets(Runs runs, DatasetCatalog catalog) {
  /** The name of a run's set, if it is known. */
  public Optional<String> name(String run) throws IOException {
    String recorded = runs.recorded(run).map(RunRecord::data).orElse("");
    String configured = recorded.isEmpty() ? runs.config(run).data() : "";
    return catalog.find(recorded, configured);
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

  /** A run's set, if it is open in any size. */
  Optional<DataSplit> opened(String run) throws IOException {
    return name(run).flatMap(catalog::opened);
  }
}
