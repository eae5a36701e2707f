package io.fovea.rivals.compare;

import io.fovea.file.Table;
import java.util.List;
import java.util.Locale;

/** The comparisons on the screen. */
final class ComparisonTable {
  private final Table table =
      new Table(2, "measured", "library", "median", "min", "max", "Fovea is", "loss");

  void add(Comparison comparison) {
    for (Metric metric : Metric.of(comparison.settings().action())) {
      List<Contender> contenders =
          comparison.contenders().stream().filter(Contender::isIn).toList();
      for (Contender contender : contenders) {
        Series series = contender.series(metric.key());
        table.row(
            comparison.title() + ", " + metric.title(),
            contender.title(),
            metric.show(series.median()),
            metric.show(series.min()),
            metric.show(series.max()),
            lead(contenders, contender, metric),
            loss(contender));
      }
    }
  }

  private static String lead(List<Contender> contenders, Contender rival, Metric metric) {
    return contenders.stream()
        .filter(contender -> contender.isFovea() && !rival.isFovea())
        .map(fovea -> fovea.series(metric.key()).leads(rival.series(metric.key()), metric))
        .map(
            leads -> String.format(Locale.ROOT, "%.2f x as %s", leads.median(), metric.adjective()))
        .map(lead -> isBest(contenders, rival, metric) ? lead + ", the best" : lead)
        .findFirst()
        .orElse("");
  }

  /** Whether it is a rival, and none has a better median. */
  private static boolean isBest(List<Contender> contenders, Contender rival, Metric metric) {
    double median = rival.series(metric.key()).median();
    return rival.isRival()
        && contenders.stream()
            .filter(Contender::isRival)
            .mapToDouble(other -> other.series(metric.key()).median())
            .allMatch(other -> metric.lead(median, other) >= 1);
  }

  private static String loss(Contender contender) {
    Series losses = contender.series("loss");
    return losses.values().isEmpty() ? "" : String.format(Locale.ROOT, "%.4f", losses.median());
  }

  @Override
  public String toString() {
    return table.toString();
  }
}
