package io.fovea.studio.runs;

import io.fovea.dataset.Dataset;
import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The pictures of a cell of a run's confusion matrix. */
public record CellRoutes(Runs runs, RunDatasets datasets, ComputePool computing) implements Routes {
  private static final int AT_ONCE = 32;

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/runs/{run}/cell", request -> computing.call(() -> cell(request)));
  }

  private Reply cell(Request request) throws IOException {
    String run = request.segment("run");
    Network network =
        runs.has(run, RunFolder.MODEL)
            ? Models.load(runs.file(run, RunFolder.MODEL))
            : Checkpoints.read(runs.file(run, RunFolder.CHECKPOINT)).network();
    String data =
        datasets
            .name(run)
            .orElseThrow(
                () -> new HttpError(409, "studio: this run's data set is not open in the studio"));
    Dataset test =
        datasets.open(run, data, network.graph().input()).test().first(ModelStatistics.TESTED);
    int classes = network.labels().size();
    int label = request.number("label", 0, classes - 1);
    int predicted = request.number("predicted", 0, classes - 1);
    int[] labelled = IntStream.range(0, test.size()).filter(i -> test.label(i) == label).toArray();
    List<Integer> found = new ArrayList<>();
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.fastest())) {
      for (int from = 0; from < labelled.length; from += AT_ONCE) {
        int to = Math.min(labelled.length, from + AT_ONCE);
        List<Prediction> answers =
            classifier.probabilities(inputs(network, test, labelled, from, to));
        for (int i = from; i < to; i++) {
          if (answers.get(i - from).index() == predicted) {
            found.add(labelled[i]);
          }
        }
      }
    }
    return Reply.json(
        Map.of("data", data, "classes", network.labels(), "images", found, "tested", test.size()));
  }

  private static Tensor inputs(Network network, Dataset test, int[] indices, int from, int to) {
    int elements = test.shape().elements();
    Tensor x = Tensor.zeros(test.shape(), to - from);
    for (int i = from; i < to; i++) {
      test.pixels(indices[i], x.array(), x.offset() + (i - from) * elements);
    }
    network.preprocessing().apply(x.array(), x.offset(), x.elements());
    return x;
  }
}
