package io.fovea.cli.train.flags;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/** The groups of flags in the help of {@code train}, in order. */
public enum FlagGroup {
  DATA("Data", "data-dir"),
  NETWORK("Network", ""),
  LEARNING("Learning", "find-lr"),
  PRETRAINED("Pretrained weights", "time-limit"),
  PROCESS("Output and process", "");

  private final String heading;

  /** An option that is no flag of a run, and so in no table. */
  private final String other;

  FlagGroup(String heading, String other) {
    this.heading = heading;
    this.other = other;
  }

  public String heading() {
    return heading;
  }

  private static FlagGroup of(OptionSpec option) {
    String name = option.longestName().replaceFirst("^--?", "");
    for (FlagGroup group : values()) {
      if (group.other.equals(name)) {
        return group;
      }
    }
    return TrainFlags.TABLE.find(name).map(Flag::group).orElse(PROCESS);
  }

  public static String help(Help help) {
    Map<FlagGroup, List<OptionSpec>> groups = new EnumMap<>(FlagGroup.class);
    for (OptionSpec option : help.commandSpec().options()) {
      if (!option.hidden()) {
        groups.computeIfAbsent(of(option), key -> new ArrayList<>()).add(option);
      }
    }
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, options) -> {
          Help.Layout layout = help.createDefaultLayout();
          layout.addOptions(options, help.createDefaultParamLabelRenderer());
          text.append("%n%s:%n".formatted(group.heading)).append(layout);
        });
    return text.toString();
  }
}
