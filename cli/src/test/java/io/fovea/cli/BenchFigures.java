package io.fovea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is made from bench/results.json: the tables of bench/RESULTS.md and README's rows. The file
 * has the measurements in the order of their dates; of each row the newest counts.
 */
final class BenchFigures {
  static final Pattern BLOCK =
      Pattern.compile("(?s)(<!-- results: (.*?) -->\\n).*?(<!-- end of results -->)");

  /** README's rows: what, and the network with its batch. */
  private static final List<List<String>> SHOWN =
      List.of(
          List.of("training", "two-layer, 64"),
          List.of("training", "mobilenet-v2, 16"),
          List.of("ONNX file, batch 1", "resnet18, 1"),
          List.of("ONNX file, batch 1", "mobilenet_v2, 1"));

  /**
   * The newest facts of a comparison with rivals, and below each one's name with an @ the letter of
   * its measurement.
   */
  record Row(int bits, ObjectNode facts) {
    /** What is compared in one table. */
    String what() {
      String what = facts.path("what").asString();
      return what.equals("ONNX file") ? what + ", batch " + facts.path("batch").asInt() : what;
    }

    String name() {
      return facts.path("network").asString() + ", " + facts.path("batch").asInt();
    }

    double ratio() {
      return facts.path("ratio").asDouble();
    }

    /** What Fovea did not have yet when the ratio was measured, or nothing. */
    String before() {
      return facts.path("before").asString();
    }

    /** The rival that is named where no medians were kept, or the one with the best. */
    private String rival() {
      String usual = usualRival();
      Comparator<String> best =
          Comparator.comparingDouble(it -> facts.path("medians").path(it).asDouble());
      return facts.has("rival")
          ? facts.path("rival").asString()
          : facts.path("medians").propertyNames().stream()
              .filter(it -> !it.equals("Fovea"))
              .min(usual.equals("PyTorch") ? best.reversed() : best)
              .orElseThrow();
    }

    private String usualRival() {
      return what().startsWith("training") ? "PyTorch" : "ONNX Runtime";
    }

    /** Fovea's peak memory to that of the rival that most rows have. */
    private double memory() {
      JsonNode memory = facts.path("memory");
      return memory.path("Fovea").asDouble() / memory.path(usualRival()).asDouble();
    }
  }

  private final List<JsonNode> measurements;
  private final List<Row> rows;

  /** Those of the project. */
  BenchFigures() throws IOException {
    String json = Files.readString(Path.of("../bench/results.json"));
    measurements = JsonMapper.shared().readTree(json).valueStream().toList();
    Map<String, Row> newest = new LinkedHashMap<>();
    for (JsonNode measurement : measurements) {
      for (JsonNode facts : measurement.path("rows")) {
        Row row = new Row(measurement.path("bits").asInt(), (ObjectNode) facts.deepCopy());
        for (String fact : facts.propertyNames()) {
          row.facts().put("@" + fact, letter(measurement));
        }
        row.facts().put("before", measurement.path("before").asString(""));
        newest.merge(row.bits() + row.what() + row.name(), row, BenchFigures::newer);
      }
    }
    rows = List.copyOf(newest.values());
  }

  private static Row newer(Row before, Row now) {
    if (now.facts().has("medians")) {
      before.facts().remove("rival");
    }
    before.facts().setAll(now.facts());
    return before;
  }

  private String letter(JsonNode measurement) {
    return String.valueOf((char) ('a' + measurements.indexOf(measurement)));
  }

  List<JsonNode> measurements() {
    return measurements;
  }

  /** The rows of a width, of all that is compared or of what begins so, the fastest first. */
  List<Row> rows(int bits, String what) {
    return rows.stream()
        .filter(it -> it.bits() == bits && it.what().startsWith(what))
        .sorted(Comparator.comparingDouble(Row::ratio).reversed())
        .toList();
  }

  /** A page with all of its blocks made anew. */
  String fill(String page) {
    return BLOCK.matcher(page).replaceAll(block -> Matcher.quoteReplacement(filled(block)));
  }

  private String filled(MatchResult block) {
    String made =
        switch (block.group(2)) {
          case "README" -> readme();
          case "measurements" -> measured();
          default -> table(block.group(2));
        };
    return block.group(1) + made + block.group(3);
  }

  private String measured() {
    String head = "| | date | commit | vectors | command | rounds |\n|---|---|---|---|---|---|\n";
    return head
        + measurements.stream()
            .map(
                it ->
                    "| %s | %s | %s | %s bits | `%s` | %s |\n"
                        .formatted(
                            letter(it),
                            day(it),
                            it.path("commit").asString(),
                            it.path("bits"),
                            it.path("command").asString(),
                            it.path("rounds").asString()))
            .collect(Collectors.joining());
  }

  private static String day(JsonNode measurement) {
    return LocalDate.parse(measurement.path("date").asString())
        .format(DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH));
  }

  /** All networks of a kind, a row for each width of vectors. */
  private String table(String what) {
    StringBuilder table =
        new StringBuilder(
            """
            | network, batch | bits | ratio | Fovea and rivals | peak MB | measured |
            |---|---|---|---|---|---|
            """);
    for (Row row : both(what)) {
      String memory = row.facts().has("memory") ? " (%.2f)".formatted(row.memory()) : "";
      table.append(
          "| %s | %d | %s | %s | %s%s | %s |\n"
              .formatted(
                  row.name(),
                  row.bits(),
                  ratio(row.ratio()) + (row.before().isEmpty() ? "" : " \\*"),
                  figures(row.facts().path("medians")),
                  figures(row.facts().path("memory")),
                  memory,
                  Stream.of("@ratio", "@medians", "@memory")
                      .map(it -> row.facts().path(it).asString(""))
                      .filter(it -> !it.isEmpty())
                      .distinct()
                      .collect(Collectors.joining(", "))));
    }
    return table + mean(512, what) + mean(256, what) + notes(what);
  }

  private List<Row> both(String what) {
    return Stream.of(512, 256)
        .flatMap(bits -> rows(bits, what).stream())
        .filter(it -> it.what().equals(what))
        .toList();
  }

  /** What the marks of a table mean. */
  private String notes(String what) {
    return both(what).stream()
        .map(Row::before)
        .filter(it -> !it.isEmpty())
        .distinct()
        .map("\n\\* Measured before Fovea had %s.\n"::formatted)
        .collect(Collectors.joining());
  }

  private String mean(int bits, String what) {
    List<Row> of = both(what).stream().filter(it -> it.bits() == bits).toList();
    double logs = of.stream().mapToDouble(it -> Math.log(it.ratio())).average().orElse(Double.NaN);
    String mark = of.stream().allMatch(it -> it.before().isEmpty()) ? "" : " \\*";
    return of.isEmpty()
        ? ""
        : "| geometric mean of %d | %d | %.2f%s | | | |\n"
            .formatted(of.size(), bits, Math.exp(logs), mark);
  }

  private static String ratio(double ratio) {
    return (ratio < 1.2 ? "%.2f" : "**%.2f**").formatted(ratio);
  }

  /** Fovea's figure, then those of the rivals with their names. */
  private static String figures(JsonNode figures) {
    return figures.properties().stream()
        .map(it -> it.getKey() + " " + number(it.getValue()))
        .collect(Collectors.joining(", "))
        .replace("Fovea ", "");
  }

  private static String number(JsonNode number) {
    return number.isInt() ? "%,d".formatted(number.asInt()) : number.asString("");
  }

  /** The rows of {@link #SHOWN}, and what holds for all rows. */
  private String readme() {
    StringBuilder block =
        new StringBuilder("| measured | network, batch | AVX-512 | AVX2 |\n|---|---|---|---|\n");
    for (List<String> shown : SHOWN) {
      List<String> cells =
          Stream.of(512, 256)
              .flatMap(bits -> rows(bits, shown.get(0)).stream())
              .filter(it -> it.name().equals(shown.get(1)))
              .map(it -> "%s x %s".formatted(ratio(it.ratio()), it.rival()) + since(it))
              .toList();
      block.append("| %s | %s | ".formatted(shown.get(0).replaceFirst(",.*", ""), shown.get(1)));
      block.append(String.join(" | ", cells)).append(" |\n");
    }
    return block
        + """

        Above 1, Fovea is faster than the fastest rival of the row. Fovea is slower on
        AVX-512 in %s
        and on AVX2 in %s. [All rows](bench/RESULTS.md), with machines, dates and memory.
        """
            .formatted(slower(512), slower(256));
  }

  private static String since(Row row) {
    return row.before().isEmpty() ? "" : ", before " + row.before();
  }

  private String slower(int bits) {
    List<Row> all = rows(bits, "");
    List<Row> slower = all.stream().filter(it -> it.ratio() < 1).toList();
    Row least = all.getLast();
    return "%d of %d rows (the least: %.2f x %s, %s %s)"
            .formatted(
                slower.size(),
                all.size(),
                least.ratio(),
                least.rival(),
                least.facts().path("what").asString(),
                least.name())
        + slower.stream()
            .filter(it -> !it.before().isEmpty())
            .collect(Collectors.groupingBy(Row::before, TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(
                it ->
                    "%s of them\nmeasured before %s"
                        .formatted(share(it.getValue(), slower.size()), it.getKey()))
            .map(", "::concat)
            .collect(Collectors.joining());
  }

  private static String share(long some, int all) {
    return some == all ? "all" : String.valueOf(some);
  }
}
