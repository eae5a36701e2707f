package io.fovea.cli.train.engine;

import io.fovea.cli.report.LearningRateReport;
import io.fovea.cli.report.NumberFormats;
import io.fovea.cli.report.ReportData;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.run.FolderLock;
import io.fovea.run.RunFolder;
import io.fovea.train.LearningRateCurve;
import io.fovea.train.LearningRateFinder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** {@code --find-lr}: searches for a run's learning rate instead of training. */
public record LearningRateSearch(Console screen, TrainJob job, int threads) {
  /** Writes the curve into the run folder, prints the suggestion, and returns the exit code. */
  @SuppressWarnings("try") // held for as long as it takes, and asked nothing
  public Integer run() throws IOException {
    try (FolderLock held = job.lock()) {
      return search();
    }
  }

  private Integer search() throws IOException {
    LearningRateFinder finder = LearningRateFinder.standard();
    Settings settings = job.settings();
    job.remarks().forEach(screen::say);
    screen.say(
        "learning rates from %s to %s in %d steps of %,d images, on a copy of the network"
            .formatted(
                NumberFormats.rate(finder.first()),
                NumberFormats.rate(finder.last()),
                finder.steps(),
                Math.min(
                    (long) settings.get(TrainFlags.BATCH) * settings.get(TrainFlags.ACCUMULATE),
                    job.parts().train().size())));
    List<Double> classWeights = job.classWeights();
    LearningRateCurve curve =
        finder.find(
            job.network(),
            trainer -> {
              settings.apply(trainer, classWeights);
              trainer.threads(threads);
            },
            job.parts().train());
    List<ReportData.Setting> rows = new ArrayList<>();
    rows.add(new ReportData.Setting("data", job.split().name()));
    settings.texts().forEach((flag, value) -> rows.add(new ReportData.Setting(flag, value)));
    String title =
        "Learning rates: %s on %s"
            .formatted(Path.of(settings.text(TrainFlags.MODEL)).getFileName(), job.split().name());
    job.folder().write(RunFolder.REPORT, new LearningRateReport(curve).html(title, rows));
    print(curve);
    return 0;
  }

  private void print(LearningRateCurve curve) {
    OptionalDouble suggestion = curve.suggestion();
    Path report = job.folder().file(RunFolder.REPORT);
    if (job.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("run", job.folder().path().toString());
      result.put("suggestion", suggestion.isPresent() ? suggestion.getAsDouble() : null);
      result.put("rates", curve.points().stream().map(LearningRateCurve.Point::rate).toList());
      result.put("losses", curve.points().stream().map(LearningRateCurve.Point::loss).toList());
      result.put("report", report.toString());
      screen.println(Json.line(result));
      return;
    }
    screen.println(
        suggestion.isPresent()
            ? "suggested learning rate: %s (--lr %s)"
                .formatted(
                    NumberFormats.rate(suggestion.getAsDouble()),
                    NumberFormats.rate(suggestion.getAsDouble()))
            : "no suggestion: the loss does not fall between %s and %s; see the report"
                .formatted(
                    NumberFormats.rate(curve.points().getFirst().rate()),
                    NumberFormats.rate(curve.points().getLast().rate())));
    screen.println("report: " + report);
  }
}
