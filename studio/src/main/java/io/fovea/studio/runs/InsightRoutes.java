package io.fovea.studio.runs;

import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Dataset;
import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.run.RunFolder;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.LruCache;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Statistics of a run's model, and images with doubtful labels. They are computed on request, once
 * for each saved model, one at a time.
 */
public final class InsightRoutes implements Routes {
  /** The number of images searched for doubtful labels. */
  static final int SEARCHED = 10_000;

  private static final int KEPT = 32; // of each kind
  private static final int AT_ONCE = 32;
  private static final String NONE =
      "this run has saved no weights yet; its first checkpoint will have them";

  private final Runs runs;
  private final RunDatasets datasets;
  private final ComputePool computing;
  private final LruCache<String, Reply> known = new LruCache<>(KEPT);
  private final LruCache<String, PollingBudget> budgets = new LruCache<>(KEPT);

  public InsightRoutes(Runs runs, RunDatasets datasets, ComputePool computing) {
    this.runs = runs;
    this.datasets = datasets;
    this.computing = computing;
  }

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/runs/{run}/insight", this::insight);
    router.get("/api/runs/{run}/suspects", this::suspects);
    router.get("/api/runs/{run}/cell", request -> computing.call(() -> cell(request)));
  }

  /** The latest weights of a run: its checkpoint or its model, whichever was written last. */
  private record Saved(Path file, FileTime time, boolean checkpoint) {
    Network read() throws IOException {
      return checkpoint ? Checkpoints.read(file).network() : Models.load(file);
    }
  }

  private Saved requireLatest(String run) throws IOException {
    return latest(run).orElseThrow(() -> new HttpError(404, "studio: " + NONE));
  }

  private Optional<Saved> latest(String run) throws IOException {
    Path folder = runs.folder(run);
    Saved latest = null;
    for (String name : new String[] {RunFolder.MODEL, RunFolder.CHECKPOINT}) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        FileTime time = Files.getLastModifiedTime(file);
        if (latest == null || time.compareTo(latest.time()) > 0) {
          latest = new Saved(file, time, name.equals(RunFolder.CHECKPOINT));
        }
      }
    }
    return Optional.ofNullable(latest);
  }

  private String dataOf(String run) throws IOException {
    Optional<String> name = datasets.name(run);
    return name.orElseThrow(
        () ->
            new HttpError(
                409,
                "studio: this run's data set is not open to the studio; start it with --data FOLDER"));
  }

  /** The latest statistics; for a page that has them, the time until the next ones. */
  private Reply insight(Request request) throws IOException {
    String run = request.segment("run");
    if (latest(run).isEmpty()) {
      return Reply.json(Map.of("waiting", NONE)); // not an error of the page
    }
    Optional<PollingBudget.Look> resting = resting(run);
    PollingBudget.Look look = resting.isPresent() ? resting.get() : lookAnew(run);
    boolean seen = request.query("seen").orElse("").equals(Long.toString(look.saved()));
    return seen ? Reply.json(Map.of("saved", look.saved(), "rests", rests(run))) : look.reply();
  }

  /** The last statistics, while the run trains and its {@link PollingBudget} allows no new ones. */
  private Optional<PollingBudget.Look> resting(String run) throws IOException {
    return rests(run) > 0 ? budgets.get(run).map(PollingBudget::latest) : Optional.empty();
  }

  /**
   * Milliseconds until the run's budget allows new statistics; 0 if it does, or the run does not
   * train.
   */
  private long rests(String run) throws IOException {
    long left = budgets.get(run).map(budget -> budget.left(System.nanoTime())).orElse(0L);
    return left > 0 && runs.state(run) == RunState.RUNNING ? 1 + left / 1_000_000 : 0;
  }

  private synchronized PollingBudget.Look lookAnew(String run) throws IOException {
    Optional<PollingBudget.Look> resting =
        resting(run); // another page may have requested it meanwhile
    if (resting.isPresent()) {
      return resting.get();
    }
    Saved saved = requireLatest(run);
    String data = dataOf(run);
    PollingBudget before = budgets.get(run).orElse(null);
    if (before != null && before.latest().saved() == saved.time().toMillis()) {
      return before.latest();
    }
    long began = System.nanoTime();
    Network network = saved.read();
    DataSplit split = datasets.open(run, data, network.graph().input());
    Map<String, Object> all =
        new ModelStatistics(network, split.test(), TrainedLoss.of(saved.file()).loss()).all();
    all.put("data", data);
    all.put("saved", saved.time().toMillis());
    PollingBudget.Look look = new PollingBudget.Look(saved.time().toMillis(), Reply.json(all));
    budgets.put(run, PollingBudget.after(before, look, began, System.nanoTime()));
    return look;
  }

  /**
   * The training or test images with the largest loss, whose labels may be wrong. One computation
   * at a time, in favour of the training.
   */
  private synchronized Reply suspects(Request request) throws IOException {
    String run = request.segment("run");
    Saved saved = requireLatest(run);
    String data = dataOf(run);
    boolean test = request.query("part").orElse("train").equals("test");
    String key = "suspects " + run + " " + test + " " + saved.time();
    Optional<Reply> before = known.get(key);
    if (before.isPresent()) {
      return before.get();
    }
    Network network = saved.read();
    DataSplit split = datasets.open(run, data, network.graph().input());
    Dataset some = (test ? split.test() : split.train()).first(SEARCHED);
    try (Workers workers = Workers.of(1)) {
      Evaluation evaluation = Evaluation.of(network, some, workers, KernelSet.fastest());
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("data", data);
      all.put("part", test ? "test" : "train");
      all.put("searched", some.size());
      all.put("classes", split.train().classes());
      all.put("suspects", ModelStatistics.mistakes(evaluation, Evaluation.MOST_MISTAKES));
      Reply made = Reply.json(all);
      known.put(key, made);
      return made;
    }
  }

  /** The test images of a cell of the confusion matrix, among those that it counts. */
  private Reply cell(Request request) throws IOException {
    String run = request.segment("run");
    Network network = requireLatest(run).read();
    String data = dataOf(run);
    Dataset test =
        datasets.open(run, data, network.graph().input()).test().first(ModelStatistics.TESTED);
    int classes = network.labels().size();
    int label = request.number("label", 0, classes - 1);
    int predicted = request.number("predicted", 0, classes - 1);
    int[] labelled = IntStream.range(0, test.size()).filter(i -> test.label(i) == label).toArray();
    List<Integer> found = new ArrayList<>();
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.fastest())) {
      for (int from = 0; from < labelled.length; from += AT_ONCE) {
        int[] some = Arrays.copyOfRange(labelled, from, Math.min(labelled.length, from + AT_ONCE));
        List<Prediction> answers =
            classifier.probabilities(ModelStatistics.inputs(network, test, some));
        for (int i = 0; i < some.length; i++) {
          if (answers.get(i).index() == predicted) {
            found.add(some[i]);
          }
        }
      }
    }
    return Reply.json(
        Map.of("data", data, "classes", network.labels(), "images", found, "tested", test.size()));
  }
}
