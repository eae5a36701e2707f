package io.fovea.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A row of bench/RESULTS.md that compares Fovea with rivals: of a table with a column "to the
 * fastest", which stands behind the rivals' columns, which stand behind Fovea's.
 *
 * @param section the anchor of its section
 * @param name what was measured
 * @param fovea Fovea's cell
 * @param rival the rival with the best first number
 * @param rivalCell this rival's cell
 * @param ratio the cell "to the fastest"
 */
record RivalRow(
    String section, String name, String fovea, String rival, String rivalCell, String ratio) {
  private static final String LEAD = "to the fastest";
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*(?:\\.\\d+)?");

  /** All of them, in order. */
  static List<RivalRow> all(String page) {
    List<RivalRow> rows = new ArrayList<>();
    String section = "";
    List<String> head = List.of();
    for (String line : page.lines().toList()) {
      if (line.startsWith("#")) {
        section = anchor(line);
      }
      if (!line.startsWith("|")) {
        head = List.of();
      } else if (head.isEmpty()) {
        head = cells(line);
      } else if (head.contains(LEAD) && !line.startsWith("|-")) {
        rows.add(of(section, head, cells(line)));
      }
    }
    return rows;
  }

  private static RivalRow of(String section, List<String> head, List<String> cells) {
    int lead = head.indexOf(LEAD);
    Comparator<Integer> order = Comparator.comparingDouble(column -> first(cells.get(column)));
    List<Integer> best =
        IntStream.range(2, lead)
            .boxed()
            .filter(column -> NUMBER.matcher(cells.get(column)).find())
            .sorted(head.get(1).contains("images/s") ? order.reversed() : order)
            .toList();
    int fastest = best.getFirst();
    return new RivalRow(
        section,
        cells.getFirst(),
        cells.get(1),
        head.get(fastest).replaceFirst(" (ms|p50)$", ""),
        cells.get(fastest),
        cells.get(lead));
  }

  /** The least ratio, of a range its lower end. */
  double least() {
    return first(ratio);
  }

  private static double first(String cell) {
    Matcher number = NUMBER.matcher(cell);
    if (!number.find()) {
      throw new AssertionError("no number in the cell \"" + cell + "\"");
    }
    return Double.parseDouble(number.group().replace(",", ""));
  }

  /** The cells of a row, without bold. */
  static List<String> cells(String row) {
    String cells = row.strip().replaceAll("^\\||\\|$", "");
    return Arrays.stream(cells.split("\\|", -1))
        .map(cell -> cell.replace("*", "").strip())
        .toList();
  }

  /** The anchor of a heading. */
  static String anchor(String heading) {
    String name = heading.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
    return name.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }
}
