package io.fovea.cli.report;

import io.fovea.network.Graph;
import io.fovea.network.Summary;
import io.fovea.network.Summary.Row;
import java.util.ArrayList;
import java.util.List;

final class NetworkSection {
  private NetworkSection() {}

  static void layers(HtmlBuilder page, Summary summary) {
    page.open("section").element("h2", "The network");
    page.element(
        "p",
        "An image (%s: channels, height, width) passes through the layers from top to bottom. Parameters are the numbers that training adjusts, %s in total; multiply-adds measure the work for one image, %s in total."
            .formatted(
                times(summary.input().toString()),
                NumberFormats.count(summary.parameters()),
                NumberFormats.count(summary.multiplyAdds())));
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
      table.number(NumberFormats.count(row.parameters()));
      table.number(NumberFormats.count(row.multiplyAdds()));
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

  private static void kinds(HtmlBuilder page, Summary summary) {
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

  /** A kind of layer in a few words; empty for user-defined kinds. */
  private static String meaning(String type) {
    return switch (type) {
      case "conv2d" ->
          "slides small filters over the picture; each makes a map of where its pattern occurs";
      case "relu" -> "sets negative values to zero";
      case "max_pool2d" -> "keeps the largest value of each small window, so maps become smaller";
      case "avg_pool2d" -> "takes the mean of each small window, so maps become smaller";
      case "global_avg_pool2d" -> "takes the mean of each map";
      case "global_max_pool2d" -> "takes the largest value of each map";
      case "batch_norm2d" -> "scales each channel to a constant mean and deviation";
      case "flatten" -> "turns all maps into one vector";
      case "dense" -> "every output is a weighted sum of all inputs";
      case "dropout" -> "sets random values to zero in training, against overfitting";
      case "add" -> "adds its inputs element by element";
      case "multiply" -> "multiplies its inputs element by element";
      case "concat" -> "joins the channels of its inputs";
      default -> "";
    };
  }

  static void settings(HtmlBuilder page, List<ReportData.Setting> settings) {
    if (settings.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "Settings");
    page.element(
        "p",
        "The settings of this run. The same settings and pixels give the same network, bit for bit, on any number of threads.");
    List<ReportData.Setting> usual = settings.stream().filter(ReportData.Setting::isUsual).toList();
    list(page, settings.stream().filter(setting -> !setting.isUsual()).toList());
    if (!usual.isEmpty()) {
      page.open("details").element("summary", usual.size() + " more with their default");
      list(page, usual);
      page.close();
    }
    page.close();
  }

  private static void list(HtmlBuilder page, List<ReportData.Setting> settings) {
    page.open("dl", "class", "settings");
    for (ReportData.Setting setting : settings) {
      page.open("div").element("dt", setting.name()).element("dd", setting.value()).close();
    }
    page.close();
  }
}
