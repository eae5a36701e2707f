package io.fovea.rivals.compare;

import io.fovea.rivals.measure.Result;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is printed at the end: machine, date, versions, figures.
 *
 * @param comparisons what was measured
 * @param installation where
 */
record ComparisonReport(List<Comparison> comparisons, Installation installation) {
  String text() {
    ComparisonTable table = new ComparisonTable();
    comparisons.forEach(table::add);
    List<String> lines = new ArrayList<>();
    lines.add(
        "Machine: %s. Date: %s."
            .formatted(Machine.describe(), LocalDate.now(ZoneId.systemDefault())));
    lines.add(quiet());
    lines.add("Libraries: " + libraries() + ".");
    lines.add(
        "\"Fovea is\" is the median of the ratios of each round; min and max are of all rounds.");
    lines.add("");
    lines.add(table.toString());
    for (Comparison comparison : comparisons) {
      comparison.contenders().stream()
          .filter(contender -> !contender.isIn())
          .map(
              it -> "%s: %s cannot run: %s".formatted(comparison.title(), it.title(), it.failure()))
          .forEach(lines::add);
    }
    return String.join(System.lineSeparator(), lines);
  }

  private String quiet() {
    Series busy =
        new Series(comparisons.stream().flatMap(it -> it.busyCores().values().stream()).toList());
    if (busy.values().isEmpty()) {
      return "Nothing was measured: none of the chosen libraries takes part.";
    }
    return String.format(
        Locale.ROOT,
        "Other programs kept %.2f cores busy between the runs (median; at most %.2f).%s",
        busy.median(),
        busy.max(),
        busy.median() > Comparison.NOISE ? " NOT A QUIET MACHINE: these figures mean little." : "");
  }

  private String libraries() {
    String commit = Machine.commit(installation.folder());
    return comparisons.stream()
        .flatMap(comparison -> comparison.contenders().stream())
        .flatMap(contender -> contender.results().stream())
        .map(Result::library)
        .distinct()
        .map(library -> library.equals("Fovea") ? "Fovea at " + commit : library)
        .collect(Collectors.joining("; "));
  }
}
