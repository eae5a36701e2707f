package io.fovea.cli.report;

import io.fovea.network.Graph;
import io.fovea.network.Summary;
import io.fovea.network.Summary.Row;
import java.util.ArrayList;
import java.util.List;

/** What was trained, and with which settings. */
final class NetworkSection {
  private NetworkSection() {}

  static void layers(Page page, Summary summary) {
    page.open("section").element("h2", "The network");
    page.element(
        "p",
        ("An image (%s: channels, height, width) passes the layers from top to bottom. Parameters"
                + " are the numbers that training adjusts, %s in all; multiply-adds are the work for"
                + " one image, %s in all.")
            .formatted(
                times(summary.input().toString()),
                Figures.count(summary.parameters()),
                Figures.count(summary.multiplyAdds())));
    boolean chain = isChain(summary);
    boolean kernels = summary.rows().stream().anyMatch(row -> !row.kernel().isEmpty());
    HtmlTable table = new HtmlTable(page, "The network", "numbers");
    table.head("layer");
    table.headOfWords("kind");
    if (!chain) {
      table.headOfWords("inputs");
    }
    table.head("output", "parameters", "multiply-adds");
    if (kernels) {
      table.headOfWords("kernel");
    }
    for (Row row : summary.rows()) {
      table.row(row.name());
      table.words(row.type());
      if (!chain) {
        table.words(String.join(", ", row.inputs()));
      }
      table.number(times(row.output().toString()));
      table.number(Figures.count(row.parameters()));
      table.number(Figures.count(row.multiplyAdds()));
      if (kernels) {
        table.words(row.kernel());
      }
    }
    table.end();
    kinds(page, summary);
    page.close();
  }

  private static String times(String shape) {
    return shape.replace("x", "\u2009×\u2009");
  }

  private static boolean isChain(Summary summary) {
    List<String> expected = new ArrayList<>(List.of(Graph.INPUT));
    for (Row row : summary.rows()) {
      if (!row.inputs().equals(expected)) {
        return false;
      }
      expected = List.of(row.name());
    }
    return true;
  }

  private static void kinds(Page page, Summary summary) {
    List<String> types =
        summary.rows().stream()
            .map(Row::type)
            .distinct()
            .filter(type -> !meaning(type).isEmpty())
            .toList();
    if (types.isEmpty()) {
      return;
    }
    page.open("dl", "class", "kinds");
    for (String type : types) {
      page.element("dt", type).element("dd", meaning(type));
    }
    page.close();
  }

  /** A kind of layer in a few words; empty for kinds that others have made. */
  private static String meaning(String type) {
    return switch (type) {
      case "conv2d" ->
          "slides small filters over the picture; each gives a map of where it answers";
      case "relu" -> "keeps what is positive and sets the rest to zero";
      case "max_pool2d" -> "keeps the largest value of each little window, so maps get smaller";
      case "avg_pool2d" -> "takes the mean of each little window, so maps get smaller";
      case "global_avg_pool2d" -> "takes the mean of each whole map";
      case "global_max_pool2d" -> "takes the largest value of each whole map";
      case "batch_norm2d" -> "brings each channel to a steady mean and spread";
      case "flatten" -> "lays all maps out as one row of numbers";
      case "dense" -> "every output is a weighted sum of all inputs";
      case "dropout" ->
          "leaves out random values while training, so that none is relied on too much";
      case "add" -> "adds its inputs, number by number";
      case "multiply" -> "multiplies its two inputs, number by number";
      case "concat" -> "lays the channels of its inputs side by side";
      default -> "";
    };
  }

  static void settings(Page page, List<Facts.Setting> settings) {
    if (settings.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "Settings");
    page.element(
        "p",
        "What this run was asked to do. The same settings on the same data give the same network, bit for bit, on any number of threads of this kind of machine.");
    List<Facts.Setting> usual = settings.stream().filter(Facts.Setting::isUsual).toList();
    list(page, settings.stream().filter(setting -> !setting.isUsual()).toList());
    if (!usual.isEmpty()) {
      page.open("details").element("summary", usual.size() + " more, as by default");
      list(page, usual);
      page.close();
    }
    page.close();
  }

  private static void list(Page page, List<Facts.Setting> settings) {
    page.open("dl", "class", "settings");
    for (Facts.Setting setting : settings) {
      page.open("div").element("dt", setting.name()).element("dd", setting.value()).close();
    }
    page.close();
  }
}
