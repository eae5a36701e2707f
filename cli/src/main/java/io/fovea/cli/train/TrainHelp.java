package io.fovea.cli.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of {@code train} in its help, in groups with headings. */
public final class TrainHelp implements IHelpSectionRenderer {
  private static final String OTHERS = "Output and process";

  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    group(
        "Data",
        "data-dir image-size grayscale skip-broken limit validation shuffle augment class-weights");
    group("Network", "model recipe normalize init init-from init-skip rename");
    group(
        "Learning",
        "epochs batch lr find-lr schedule warmup optimizer momentum weight-decay l2 loss label-smoothing clip ema accumulate freeze early-stop seed");
    group(
        "Pretrained weights", "pretrained views fine-tune thaw backbone-lr candidates time-limit");
    group(OTHERS, "");
  }

  private static void group(String heading, String names) {
    GROUPS.put(heading, List.of(names.split(" ", -1)));
  }

  @Override
  public String render(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    GROUPS.keySet().forEach(heading -> groups.put(heading, new ArrayList<>()));
    for (OptionSpec option : help.commandSpec().options()) {
      if (!option.hidden()) {
        groups.computeIfAbsent(heading(option), key -> new ArrayList<>()).add(option);
      }
    }
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (heading, options) -> {
          Help.Layout layout = help.createDefaultLayout();
          layout.addOptions(options, help.createDefaultParamLabelRenderer());
          text.append("%n%s:%n".formatted(heading)).append(layout);
        });
    return text.toString();
  }

  private static String heading(OptionSpec option) {
    String name = option.longestName().replaceFirst("^--?", "");
    return GROUPS.entrySet().stream()
        .filter(group -> group.getValue().contains(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(OTHERS);
  }
}
