package io.fovea.cli.report;

import io.fovea.run.RunFolder;
import io.fovea.train.EpochReport;
import io.fovea.train.EpochReport.Score;
import io.fovea.transfer.Accuracy;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A run as one self-contained page of HTML: no network, no scripts, embedded pictures. Every
 * section explains its content for readers who have never trained a network.
 */
public final class Report {
  /** The K of top-K accuracy, shown for networks of many classes. */
  private static final int TOP = 5;

  /** With fewer classes, top-{@link #TOP} accuracy is nearly 1 for every network. */
  private static final int TOP_FROM = 20;

  private Report() {}

  /** The page; the same for the same facts. */
  public static String html(ReportData facts) {
    HtmlBuilder page = Document.begin(facts.title());
    page.open("header").element("h1", facts.title());
    if (!facts.summary().isBlank()) {
      page.element("p", facts.summary(), "class", "lead");
    }
    facts
        .provenance()
        .ifPresent(
            from -> {
              String name = String.valueOf(from.run().getFileName());
              page.element("p", "Run %s, %s. %s.".formatted(name, from.finished(), from.program()));
              page.open("p", "class", "command").element("code", from.command()).close();
            });
    headline(page, facts);
    page.close();
    CandidatesSection.write(page, facts.candidates());
    TrainingSection.write(page, facts);
    facts
        .test()
        .ifPresent(
            test -> {
              Optional<LabelFigures> several = LabelFigures.of(test.evaluation(), facts.network());
              if (several.isPresent()) {
                ClassesSection.write(page, several.get());
                return;
              }
              ClassesSection.write(page, test.evaluation(), facts.network().labels());
              CalibrationSection.write(page, test.evaluation().calibration());
              PicturesSection.mistakes(page, test, facts.network().labels());
            });
    Filters.of(facts.network()).ifPresent(filters -> PicturesSection.filters(page, filters));
    NetworkSection.settings(page, facts.settings());
    facts.provenance().ifPresent(from -> use(page, from.run()));
    NetworkSection.layers(page, facts.network().summary(facts.kernels()));
    return Document.end(page);
  }

  private static void use(HtmlBuilder page, Path run) {
    page.open("section").element("h2", "Use it");
    page.element(
        "p",
        "The run's folder contains the model (%s). Use it for a picture, over HTTP, or in a Java program:"
            .formatted(RunFolder.BEST));
    page.element(
        "pre",
        """
        fovea predict %1$s photo.jpg
        fovea explain %1$s photo.jpg
        fovea serve %1$s
        fovea export %1$s model.onnx"""
            .formatted(run));
    page.element(
        "pre",
        """
        Network network = Models.load(Path.of("%s/%s"));
        Classifier classifier = Classifier.of(network);
        Prediction answer = classifier.classify(Images.read(Path.of("photo.jpg")));
        System.out.println(answer.label() + " " + answer.probability());"""
            .formatted(run, RunFolder.BEST));
    page.element(
        "p",
        "See docs/dependency.md for builds, docs/serving.md and docs/production.md for serving, and docs/book for each part of the network.");
    page.close();
  }

  private static void headline(HtmlBuilder page, ReportData facts) {
    page.open("dl", "class", "figures");
    score(page, facts);
    double seconds = facts.epochs().stream().mapToDouble(EpochReport::seconds).sum();
    long seen = (long) facts.trainingImages() * facts.epochs().size();
    boolean isSearch = !facts.candidates().isEmpty(); // whose trainings have epochs of their own
    if (isSearch) {
      String all = NumberFormats.count(facts.trainingImages());
      figure(page, "training images", all, "those held out included");
    } else if (seen > 0) {
      String epochs = facts.epochs().size() == 1 ? " epoch" : " epochs";
      figure(
          page,
          "training images",
          NumberFormats.count(facts.trainingImages()),
          "seen in each of " + NumberFormats.count(facts.epochs().size()) + epochs);
    }
    if (seconds > 0 && !isSearch) {
      String speed = NumberFormats.count(Math.round(seen / seconds)) + " images a second";
      figure(page, "training time", NumberFormats.time(seconds), seen > 0 ? speed : "");
    }
    figure(
        page,
        "parameters",
        NumberFormats.shortCount(facts.network().weights().count()),
        "learned numbers");
    page.close();
  }

  /** The best available figures: those of the test, or else the last ones of training. */
  private static void score(HtmlBuilder page, ReportData facts) {
    if (facts.test().isPresent()) {
      var evaluation = facts.test().get().evaluation();
      Score test =
          new Score(evaluation.loss(), evaluation.figure(), evaluation.multiLabel().isPresent());
      score(page, "test", test, evaluation.count());
      Optional<LabelFigures> several = LabelFigures.of(evaluation, facts.network());
      if (several.isPresent()) {
        String f1 = NumberFormats.percent(several.get().macroF1(), 2);
        figure(page, "macro F1", f1, "mean over the classes, at the model's thresholds");
        figure(page, "test images", NumberFormats.count(evaluation.count()), "");
        return;
      }
      if (evaluation.ranks().classes() >= TOP_FROM) {
        figure(
            page,
            "top-" + TOP + " accuracy",
            NumberFormats.percent(evaluation.ranks().topAccuracy(TOP), 2),
            "true class among " + TOP);
      }
      figure(
          page,
          "macro F1",
          NumberFormats.percent(evaluation.confusion().macroF1(), 2),
          "mean over the classes");
      figure(
          page,
          "calibration error",
          NumberFormats.percent(evaluation.calibration().error(), 2),
          "0 is perfect");
      figure(
          page,
          "test images",
          NumberFormats.count(evaluation.count()),
          NumberFormats.count(evaluation.count() - evaluation.confusion().correct())
              + " misclassified");
    } else if (!facts.epochs().isEmpty()) {
      EpochReport last = facts.epochs().getLast();
      Optional<Score> test = last.test();
      Optional<Score> validation = last.validation();
      if (test.isPresent()) {
        score(page, "test", test.get(), 0);
      } else if (validation.isPresent()) {
        score(page, "validation", validation.get(), 0);
      } else {
        score(page, "training", new Score(last.trainLoss(), last.trainAccuracy()), 0);
      }
    }
  }

  /** The figure and the loss of a set; the interval is of so many images, none of 0. */
  private static void score(HtmlBuilder page, String set, Score score, long images) {
    Accuracy of = new Accuracy(score.accuracy(), images);
    String interval =
        images > 0
            ? String.format(
                Locale.ROOT, ", 95 %% interval %.0f to %.0f", 100 * of.low(), 100 * of.high())
            : "";
    String note =
        score.isMeanAp()
            ? "mean of the classes' average precision"
            : "correct predictions" + interval;
    figure(page, set + " " + score.figure(), NumberFormats.percent(score.accuracy(), 2), note);
    figure(page, set + " loss", NumberFormats.loss(score.loss()), "0 is perfect");
  }

  private static void figure(HtmlBuilder page, String name, String value, String note) {
    page.open("div").element("dt", name).element("dd", value);
    page.element("dd", note, "class", "note").close();
  }
}
