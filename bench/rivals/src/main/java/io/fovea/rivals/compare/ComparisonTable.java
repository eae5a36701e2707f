package io.fovea.rivals.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The comparisons as a Markdown table whose columns are aligned, so that it reads well as it is.
 */
final class ComparisonTable {
  private static final List<String> HEAD =
      List.of("measured", "library", "median", "min", "max", "Fovea is", "loss");

  private final List<List<String>> rows = new ArrayList<>();

  /** Adds one row for each metric and side. */
  void add(Comparison comparison) {
    for (Metric metric : Metric.of(comparison.settings().action())) {
      List<Contender> contenders =
          comparison.contenders().stream().filter(Contender::isIn).toList();
      for (Contender contender : contenders) {
        Series series = contender.series(metric.key());
        rows.add(
            List.of(
                comparison.title() + ", " + metric.title(),
                contender.title(),
                metric.show(series.median()),
                metric.show(series.min()),
                metric.show(series.max()),
                lead(contenders, contender, metric),
                loss(contender)));
      }
    }
  }

  private static String lead(List<Contender> contenders, Contender rival, Metric metric) {
    return contenders.stream()
        .filter(contender -> contender.isFovea() && !rival.isFovea())
        .map(fovea -> fovea.series(metric.key()).leads(rival.series(metric.key()), metric))
        .map(
            leads -> String.format(Locale.ROOT, "%.2f x as %s", leads.median(), metric.adjective()))
        .map(lead -> isBest(contenders, rival, metric) ? "**" + lead + "**" : lead)
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

  String markdown() {
    int[] widths =
        IntStream.range(0, HEAD.size())
            .map(
                c ->
                    rows.stream()
                        .mapToInt(r -> r.get(c).length())
                        .reduce(HEAD.get(c).length(), Math::max))
            .toArray();
    List<String> lines = new ArrayList<>();
    lines.add(line(HEAD, widths));
    lines.add(
        IntStream.range(0, HEAD.size())
            .mapToObj(
                c -> isNumber(c) ? "-".repeat(widths[c] + 1) + ":" : "-".repeat(widths[c] + 2))
            .collect(Collectors.joining("|", "|", "|")));
    rows.forEach(row -> lines.add(line(row, widths)));
    return String.join(System.lineSeparator(), lines);
  }

  private static boolean isNumber(int column) {
    return column >= 2;
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(c -> String.format((isNumber(c) ? " %" : " %-") + widths[c] + "s ", cells.get(c)))
        .collect(Collectors.joining("|", "|", "|"));
  }
}
