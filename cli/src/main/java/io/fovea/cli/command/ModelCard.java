package io.fovea.cli.command;

import io.fovea.cli.report.LabelFigures;
import io.fovea.cli.report.NumberFormats;
import io.fovea.cli.report.ReportData;
import io.fovea.cli.run.PreprocessingText;
import io.fovea.cli.screen.Markdown;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Dataset;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.network.Summary;
import io.fovea.tensor.Shape;
import io.fovea.train.BestEpoch;
import io.fovea.train.EpochReport;
import io.fovea.transfer.Accuracy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A model card in Markdown, in the order of Mitchell et al., "Model cards for model reporting"
 * (arXiv 1810.03993): the model, its data, its training, its figures and its limits. The same facts
 * give the same text.
 *
 * @param run the run
 * @param facts how it was made
 * @param data its images; empty if they could not be opened
 * @param problem the reason for missing images; else empty
 */
record ModelCard(ReportData run, RunFacts facts, Optional<DataSplit> data, String problem) {
  private static final int CONFUSIONS = 5;

  /** Classes with fewer training images are mentioned. */
  private static final int FEW = 50;

  String markdown() throws IOException {
    ReportData.Provenance provenance = run.provenance().orElseThrow();
    Markdown text = new Markdown();
    text.heading(1, "Model card: " + run.title());
    text.paragraph(
        "Written by Fovea from the run folder `%s`, which %s made."
            .formatted(facts.folder(), provenance.program()));
    model(text);
    data(text);
    training(text);
    run.test().ifPresent(test -> figures(text, test.evaluation()));
    text.heading(2, "Limits");
    limits().forEach(text::item);
    text.heading(2, "How to repeat it");
    text.code(provenance.command());
    text.paragraph(
        "Begun in `%s`. %s"
            .formatted(
                facts.startedIn(),
                facts.isChoice()
                    ? "The time limit is planned from the speed of the machine, so a much slower one may try fewer candidates and keep another model."
                    : "The same data and the same vector width give the same weights, bit for bit, on any number of threads."));
    return text.toString();
  }

  private void model(Markdown text) throws IOException {
    Network network = run.network();
    Summary summary = network.summary(run.kernels());
    Map<String, Long> kinds =
        summary.rows().stream()
            .collect(
                Collectors.groupingBy(
                    Summary.Row::type, LinkedHashMap::new, Collectors.counting()));
    text.heading(2, "Model");
    text.table("", "");
    text.row("architecture", facts.architecture());
    text.row(
        "layers",
        "%,d: %s"
            .formatted(
                summary.rows().size(),
                kinds.entrySet().stream()
                    .map(kind -> kind.getValue() + " " + kind.getKey())
                    .collect(Collectors.joining(", "))));
    text.row(
        "input",
        "%s (channels, height, width); %s"
            .formatted(summary.input(), PreprocessingText.of(network.preprocessing())));
    text.row("classes", "%,d".formatted(network.labels().size()));
    text.row("parameters", "%,d".formatted(summary.parameters()));
    text.row("multiply-adds an image", "%,d".formatted(summary.multiplyAdds()));
    text.row("first weights", facts.firstWeights());
    text.row("licence of the first weights", facts.weightsLicence());
    text.row("file", facts.file());
  }

  private void data(Markdown text) throws IOException {
    text.heading(2, "Data");
    text.paragraph("`%s`. Licence: %s.".formatted(facts.data(), facts.dataLicence()));
    if (data.isEmpty()) {
      text.paragraph(
          "The images were not opened (%s), so there are no counts and no test figures. Classes: %s."
              .formatted(problem, String.join(", ", labels())));
      return;
    }
    DataSplit split = data.get();
    if (!run.summary().isEmpty()) {
      text.paragraph(run.summary() + ".");
    }
    long[] train = counts(split.train());
    long[] tested = counts(split.test());
    text.table("class", "training images", "test images");
    for (int k = 0; k < train.length; k++) {
      text.row(labels().get(k), "%,d".formatted(train[k]), "%,d".formatted(tested[k]));
    }
    text.row("all", "%,d".formatted(split.train().size()), "%,d".formatted(split.test().size()));
    if (!facts.flag("validation").equals("0") || !facts.flag("limit").equals("0")) {
      text.paragraph(
          "The run used %s of the training images; a share of %s of these was held out to choose the %s."
              .formatted(
                  facts.flag("limit").equals("0") ? "all" : "the first " + facts.flag("limit"),
                  facts.flag("validation"),
                  facts.hasSteps() ? "best epoch" : "last layer's penalty"));
    }
  }

  private List<String> labels() {
    return run.network().labels();
  }

  private static long[] counts(Dataset images) {
    long[] counts = new long[images.classes().size()];
    float[] shares = new float[counts.length];
    for (int i = 0; i < images.size(); i++) {
      images.shares(i, shares, 0);
      for (int k = 0; k < shares.length; k++) {
        counts[k] += Math.round(shares[k]);
      }
    }
    return counts;
  }

  private void training(Markdown text) {
    List<EpochReport> epochs = run.epochs();
    text.heading(2, "Training");
    text.table("", "");
    text.row("seed", facts.flag("seed"));
    if (facts.isChoice()) {
      text.row("chosen among the candidates", facts.chosen());
    }
    text.row("optimiser", facts.optimizer());
    int best = BestEpoch.of(epochs).epoch();
    if (facts.hasSteps()) {
      text.row("epochs", "%,d of %s".formatted(epochs.size(), facts.epochs()));
      text.row("epoch of the model", Integer.toString(best));
    }
    epochs.stream()
        .filter(epoch -> epoch.epoch() == best)
        .flatMap(epoch -> epoch.validation().stream())
        .forEach(
            score ->
                text.row(
                    "validation",
                    "%s %s, loss %.4f"
                        .formatted(
                            score.figure(),
                            facts
                                .judged()
                                .map(Accuracy::toString)
                                .orElseGet(() -> NumberFormats.plainPercent(score.accuracy())),
                            score.loss())));
    text.row(
        "time",
        "%.1f s of training%s"
            .formatted(
                epochs.stream().mapToDouble(EpochReport::seconds).sum(),
                facts.isChoice() ? ", all candidates included" : ""));
    text.paragraph("Settings that differ from the defaults:");
    text.table("flag", "value");
    run.settings().forEach(setting -> text.row(setting.name(), setting.value()));
  }

  private void figures(Markdown text, Evaluation evaluation) {
    ConfusionMatrix matrix = evaluation.confusion();
    text.heading(2, "Figures on the test images");
    Optional<LabelFigures> several = LabelFigures.of(evaluation, run.network());
    if (several.isPresent()) {
      figures(text, several.get());
      return;
    }
    Accuracy accuracy = new Accuracy(evaluation.accuracy(), evaluation.count());
    text.table("", "");
    text.row(
        "accuracy",
        "%s (95 %% interval %s to %s, Wilson)"
            .formatted(
                NumberFormats.plainPercent(accuracy.share()),
                NumberFormats.plainPercent(accuracy.low()),
                NumberFormats.plainPercent(accuracy.high())));
    text.row("loss", "%.4f".formatted(evaluation.loss()));
    text.row("macro F1", NumberFormats.plainPercent(matrix.macroF1()));
    text.row(
        "expected calibration error", NumberFormats.plainPercent(evaluation.calibration().error()));
    text.row("test images", "%,d".formatted(evaluation.count()));
    text.table("class", "test images", "precision", "recall", "F1");
    for (int k = 0; k < matrix.classes(); k++) {
      text.row(
          labels().get(k),
          "%,d".formatted(matrix.support(k)),
          NumberFormats.plainPercent(matrix.precision(k)),
          NumberFormats.plainPercent(matrix.recall(k)),
          NumberFormats.plainPercent(matrix.f1(k)));
    }
    List<String> confusions = confusions(matrix);
    if (!confusions.isEmpty()) {
      text.paragraph("Most frequent mistakes: " + String.join("; ", confusions) + ".");
    }
  }

  private static void figures(Markdown text, LabelFigures several) {
    text.table("", "");
    text.row("mean AP", NumberFormats.plainPercent(several.evaluation().figure()));
    text.row("loss", "%.4f".formatted(several.evaluation().loss()));
    text.row("macro F1", NumberFormats.plainPercent(several.macroF1()));
    text.row("test images", "%,d".formatted(several.evaluation().count()));
    text.table(LabelFigures.heads());
    several.rows().forEach(row -> text.row(row.cells().toArray(String[]::new)));
  }

  /** The most frequently confused pairs of classes, in words. */
  private List<String> confusions(ConfusionMatrix matrix) {
    return ReportData.confused(matrix).stream()
        .limit(CONFUSIONS)
        .map(
            pair ->
                "%s predicted as %s (%,d of %,d)"
                    .formatted(
                        labels().get(pair.label()),
                        labels().get(pair.predicted()),
                        pair.count(),
                        matrix.support(pair.label())))
        .toList();
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>();
    boolean isSeveral =
        run.network().answers().filter(AnswerRule.SeveralLabels.class::isInstance).isPresent();
    limits.add(
        (isSeveral
                ? "It decides on each of %,d classes, also for a picture of something else. A probability near its threshold is a hint, not proof."
                : "It always predicts one of %,d classes, also for a picture of something else. A low probability is a hint, not proof.")
            .formatted(labels().size()));
    Shape input = run.network().graph().input();
    if (input.rank() == 3) {
      limits.add(
          "Pictures are resized to %dx%d pixels; smaller details are lost."
              .formatted(input.size(2), input.size(1)));
    }
    if (data.isPresent()) {
      long[] counts = counts(data.get().train());
      List<String> rare = new ArrayList<>();
      for (int k = 0; k < counts.length; k++) {
        if (counts[k] < FEW) {
          rare.add("%s (%,d)".formatted(labels().get(k), counts[k]));
        }
      }
      if (!rare.isEmpty()) {
        limits.add(
            "Classes with fewer than %d training images: %s."
                .formatted(FEW, String.join(", ", rare)));
      }
    }
    run.test()
        .filter(test -> test.evaluation().multiLabel().isEmpty())
        .ifPresent(test -> testLimits(limits, test.evaluation()));
    if (run.test().isEmpty()) {
      limits.add("It has not been tested for this card.");
    }
    if (run.epochs().stream().allMatch(epoch -> epoch.validation().isEmpty())) {
      limits.add("No images were held out for validation, so the model is that of the last epoch.");
    }
    limits.add(
        "Pictures from other cameras, places, times or with other backgrounds than the data's were not tested.");
    return limits;
  }

  private void testLimits(List<String> limits, Evaluation evaluation) {
    ConfusionMatrix matrix = evaluation.confusion();
    int worst = 0;
    for (int k = 1; k < matrix.classes(); k++) {
      worst = matrix.f1(k) < matrix.f1(worst) ? k : worst;
    }
    limits.add(
        "Weakest class: %s, F1 %s, recall %s."
            .formatted(
                labels().get(worst),
                NumberFormats.plainPercent(matrix.f1(worst)),
                NumberFormats.plainPercent(matrix.recall(worst))));
    limits.add(
        "Its probabilities are off by %s on average (expected calibration error)."
            .formatted(NumberFormats.plainPercent(evaluation.calibration().error())));
  }
}
