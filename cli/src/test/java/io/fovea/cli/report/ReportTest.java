package io.fovea.cli.report;

import static io.fovea.cli.report.Runs.parse;
import static io.fovea.cli.report.Runs.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Idx;
import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Calibration;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.Ranks;
import io.fovea.metrics.RocAuc;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.train.EpochReport;
import io.fovea.train.EpochReport.Score;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

@Isolated
class ReportTest {
  private static final Shape GREY = Shape.of(1, 8, 8);
  private static final Shape COLOUR = Shape.of(3, 8, 8);
  private static final List<String> TWO = List.of("cat", "dog");

  @Test
  void html_ofAWholeRun_hasEverySectionAndFigure() throws Exception {
    Document page = parse(Report.html(Runs.full(GREY, TWO)));
    assertThat(texts(page, "h1")).containsExactly("small on plain");
    assertThat(texts(page, "h2"))
        .containsExactly(
            "Training",
            "Correct and wrong predictions",
            "Class by class",
            "Calibration",
            "The worst mistakes",
            "The filters of the first layer",
            "Settings",
            "The network");
    assertThat(texts(page, "dd"))
        .contains("98.75\u00a0%", "0.0389", "80", "1 misclassified", "60,000", "7.5\u00a0s")
        .contains("24,000 images a second", "64");
    assertThat(texts(page, "figcaption"))
        .contains("true dog, predicted cat (98.8\u00a0%)loss 4.5000")
        .contains("Loss of each training step (logarithmic scale)", "Accuracy after each epoch");
    assertThat(texts(page, "td")).contains("39", "40", "1").contains("97.6\u00a0%");
  }

  private static ReportData with(
      ReportData facts,
      String title,
      String summary,
      List<ReportData.Setting> settings,
      Optional<ReportData.Provenance> origin) {
    return new ReportData(
        title,
        summary,
        settings,
        facts.network(),
        facts.kernels(),
        facts.trainingImages(),
        facts.steps(),
        facts.epochs(),
        facts.test(),
        origin,
        List.of());
  }

  @Test
  void html_withItsOrigin_containsProvenanceAndUse() throws Exception {
    ReportData facts = Runs.full(GREY, TWO);
    List<ReportData.Setting> settings =
        List.of(new ReportData.Setting("lr", "0.05"), new ReportData.Setting("clip", "0", true));
    var origin =
        new ReportData.Provenance(
            Path.of("runs", "one"),
            "28 November 2026, 05:45 UTC",
            "Fovea 0.1.0, 2 threads",
            "fovea train mnist --lr 0.05");
    ReportData chosen = with(facts, facts.title(), facts.summary(), settings, Optional.of(origin));
    Document page = parse(Report.html(chosen));
    assertThat(texts(page, "p"))
        .contains("Run one, 28 November 2026, 05:45 UTC. Fovea 0.1.0, 2 threads.")
        .anyMatch(text -> text.startsWith("The training values of an epoch are means"));
    assertThat(texts(page, "code")).containsExactly("fovea train mnist --lr 0.05");
    assertThat(texts(page, "h2")).endsWith("Settings", "Use it", "The network");
    assertThat(texts(page, "pre")).anyMatch(text -> text.contains("fovea serve runs/one"));
    assertThat(texts(page, "summary")).containsExactly("1 more with their default");
    assertThat(texts(page, "footer")).containsExactly("Written by Fovea.");
    assertThat(texts(page, "dd")).contains("correct predictions, 95 % interval 93 to 100");
  }

  @Test
  void html_inAnotherCountry_isTheSame() {
    Locale before = Locale.getDefault();
    String here = Report.html(Runs.full(GREY, TWO));
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(Report.html(Runs.full(GREY, TWO)).equals(here)).isTrue();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void html_needsNothingElse() throws Exception {
    String html = Report.html(Runs.full(COLOUR, TWO));
    assertThat(html).doesNotContain("http:", "https:", "<script", "<link", "@import", "url(");
    var images = parse(html).getElementsByTagName("img");
    assertThat(images.getLength()).isEqualTo(5); // four filters, one mistake
    for (int i = 0; i < images.getLength(); i++) {
      assertThat(((Element) images.item(i)).getAttribute("src"))
          .startsWith("data:image/png;base64,");
    }
  }

  @Test
  void html_withHostileNames_showsThemAsText() throws Exception {
    List<String> labels = List.of("<script>alert(1)</script>", "\"onload='x' & \u0000\ud800");
    ReportData facts = Runs.full(GREY, labels);
    var settings = List.of(new ReportData.Setting("<b>", "]]>&lt;"));
    ReportData hostile =
        with(facts, "</title><script>", "<img src=x onerror=y>", settings, Optional.empty());
    String html = Report.html(hostile);
    assertThat(html).doesNotContain("<script", "<img src=x", "<b>", "onload='");
    Document page = parse(html);
    assertThat(texts(page, "title").getFirst()).isEqualTo("</title><script>");
    assertThat(texts(page, "bdi")).contains("<script>alert(1)</script>");
    assertThat(texts(page, "bdi")).contains("\"onload='x' & \ufffd\ufffd");
    assertThat(texts(page, "dd")).contains("]]>&lt;");
  }

  @Test
  void html_ofAnotherLoss_explainsTheLoss() {
    ReportData facts = Runs.full(GREY, List.of("a", "b"));
    assertThat(Report.html(facts)).contains("guessing among 2 classes gives ln 2 = 0.69");
    for (String[] loss :
        new String[][] {
          {"squared", "the squared difference"},
          {"sigmoid", "yes or no"}
        }) {
      var settings = List.of(new ReportData.Setting("loss", loss[0]));
      ReportData other = with(facts, facts.title(), facts.summary(), settings, Optional.empty());
      assertThat(Report.html(other)).contains(loss[1]).doesNotContain("guessing among");
    }
  }

  @Test
  void html_ofAFreshNetwork_leavesOutWhatIsNotThere() throws Exception {
    Network network = Network.of(Zoo.MLP.graph(GREY, 2), Initializer.he(), 1);
    ReportData facts =
        new ReportData(
            "mlp",
            "",
            List.of(),
            network,
            KernelSet.REFERENCE,
            0,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    Document page = parse(Report.html(facts));
    assertThat(texts(page, "h2")).containsExactly("The network");
    assertThat(texts(page, "dt")).contains("parameters").doesNotContain("test accuracy");
  }

  @Test
  void html_ofOneEpochWithoutTest_containsTheTrainingFigures() throws Exception {
    EpochReport only = new EpochReport(1, 10, 0.5, 0.875, Optional.empty(), Optional.empty(), 61.2);
    Document page = parse(Report.html(run(List.of(), List.of(only))));
    assertThat(texts(page, "dt")).contains("training accuracy", "training loss");
    assertThat(texts(page, "dd")).contains("87.50\u00a0%", "1\u00a0min 01\u00a0s");
    assertThat(texts(page, "th")).doesNotContain("validation loss", "test loss");
    assertThat(page.getElementsByTagName("svg").getLength()).isZero();
  }

  @Test
  void html_withoutTest_headsWithTheValidation() throws Exception {
    EpochReport only =
        new EpochReport(1, 10, 0.5, 0.875, Optional.of(new Score(0.25, 0.9)), Optional.empty(), 1);
    Document page = parse(Report.html(run(List.of(), List.of(only))));
    assertThat(texts(page, "dt")).contains("validation accuracy");
    assertThat(texts(page, "dd")).contains("90.00\u00a0%");
  }

  @Test
  void html_ofADivergedRun_hasNoNaN() throws Exception {
    List<StepPoint> steps = new ArrayList<>(Runs.steps(100));
    steps.add(new StepPoint(101, Double.NaN, Double.NaN));
    steps.add(new StepPoint(102, Double.POSITIVE_INFINITY, 0));
    List<EpochReport> epochs = new ArrayList<>(Runs.epochs(2));
    epochs.add(
        new EpochReport(
            3, 30, Double.NaN, Double.NaN, Optional.empty(), Optional.empty(), Double.NaN));
    String html = Report.html(run(steps, epochs));
    parse(html);
    assertThat(words(html)).doesNotContain("NaN", "Infinity", "\u221e");
  }

  @Test
  void html_ofConstantSteps_draws() throws Exception {
    for (double value : new double[] {0, 1, 1e-9, 5e8}) {
      List<StepPoint> steps =
          IntStream.rangeClosed(1, 5).mapToObj(s -> new StepPoint(s, value, 1)).toList();
      String html = Report.html(run(steps, List.of()));
      assertThat(parse(html).getElementsByTagName("figure").getLength()).isGreaterThan(1);
      assertThat(words(html)).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void html_ofManyClasses_drawsTheMatrixUpToSixty() throws Exception {
    for (int classes : new int[] {2, 30, 60, 61, 1000}) {
      List<String> labels =
          IntStream.range(0, classes)
              .mapToObj(k -> "a rather long name, such as Nymphalis antiopa, number " + k)
              .toList();
      String html = Report.html(Runs.full(GREY, labels));
      Document page = parse(html);
      assertThat(html.contains("Confusion matrix")).isEqualTo(classes <= 60);
      assertThat(texts(page, "h3")).containsExactly("Most frequently confused");
    }
  }

  @Test
  void html_withoutMistakes_statesThatThereAreNone() throws Exception {
    ReportData full = Runs.full(GREY, TWO);
    var confusion = new ConfusionMatrix(2);
    confusion.add(0, 0);
    RocAuc none = new RocAuc(List.of(OptionalDouble.empty(), OptionalDouble.empty()));
    ReportData.Test perfect =
        new ReportData.Test(
            new Evaluation(
                0.01,
                confusion,
                List.of(),
                new Ranks(2),
                new Calibration(),
                none,
                Optional.empty()),
            new Runs.Plain(GREY, TWO, 1));
    ReportData facts =
        new ReportData(
            full.title(),
            full.summary(),
            full.settings(),
            full.network(),
            full.kernels(),
            full.trainingImages(),
            full.steps(),
            full.epochs(),
            Optional.of(perfect),
            Optional.empty(),
            List.of());
    Document page = parse(Report.html(facts));
    assertThat(texts(page, "p"))
        .contains("There are none: every test image was classified correctly.");
    // No dog was tested, and nothing was taken for one.
    assertThat(texts(page, "td")).containsSequence("0", "\u2013", "\u2013", "\u2013", "\u2013");
    assertThat(texts(page, "h2")).as("no answers to sort").doesNotContain("Calibration");
  }

  @Test
  void facts_ofAnotherNetworksEvaluation_areRefused() {
    ReportData full = Runs.full(GREY, TWO);
    ReportData.Test other = Runs.test(GREY, List.of("a", "b", "c"));
    assertThatThrownBy(
            () ->
                new ReportData(
                    "",
                    "",
                    List.of(),
                    full.network(),
                    full.kernels(),
                    1,
                    List.of(),
                    List.of(),
                    Optional.of(other),
                    Optional.empty(),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("report: the network has 2 classes, the evaluation 3; evaluate this network");
  }

  @Test
  void html_ofARealRun_isWellFormed() throws Exception {
    Path golden = Path.of("../core/src/test/resources/golden");
    Dataset digits =
        Idx.read(
            golden.resolve("train-images-idx3-ubyte"), golden.resolve("train-labels-idx1-ubyte"));
    Dataset test = digits.select(IntStream.range(400, 500).toArray(), "test");
    Network network = Network.of(Zoo.POOLED.graph(digits.shape(), 10), Initializer.he(), 1);
    List<StepPoint> steps = new ArrayList<>();
    History history =
        Trainer.of(network)
            .optimizer(Sgd.of(0.02f).momentum(0.9f))
            .batchSize(20)
            .epochs(2)
            .test(test)
            .listener(
                new Listener() {
                  @Override
                  public void onStep(Training training, StepReport step) {
                    steps.add(StepPoint.of(step));
                  }
                })
            .fit(digits.first(400));
    try (Workers workers = Workers.of(2)) {
      Evaluation evaluation = Evaluation.of(network, test, workers, KernelSet.fastest());
      ReportData facts =
          new ReportData(
              "pooled on some digits",
              "",
              List.of(),
              network,
              KernelSet.fastest(),
              400,
              steps,
              history.epochs(),
              Optional.of(new ReportData.Test(evaluation, test)),
              Optional.empty(),
              List.of());
      Document page = parse(Report.html(facts));
      assertThat(texts(page, "dd"))
          .contains(NumberFormats.percent(evaluation.accuracy(), 2), "100");
      assertThat(texts(page, "th")).contains("conv1", "pool2", "dense2");
    }
  }

  /** The page without its style and its pictures, whose letters mean nothing. */
  private static String words(String html) {
    return html.replaceAll("(?s)<style>.*</style>|base64,[^\"]*", "");
  }

  private static ReportData run(List<StepPoint> steps, List<EpochReport> epochs) {
    return new ReportData(
        "run",
        "",
        List.of(),
        Runs.network(GREY, TWO),
        KernelSet.REFERENCE,
        100,
        steps,
        epochs,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
