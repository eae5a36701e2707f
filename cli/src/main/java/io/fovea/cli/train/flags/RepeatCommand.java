package io.fovea.cli.train.flags;

import io.fovea.run.RunConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The command line that repeats a run. It leaves out what its recipe and pretrained weights set
 * anyway. The file of a recipe may change, so its flags are given instead.
 */
public final class RepeatCommand {
  private RepeatCommand() {}

  /**
   * The command line.
   *
   * @param config the run's configuration, which has the command and flags for a cluster
   */
  public static String of(Settings settings, String data, RunConfig config) throws IOException {
    Map<String, String> given = new LinkedHashMap<>();
    String recipe = settings.text(TrainFlags.RECIPE);
    if (Recipe.NAMES.contains(recipe)) {
      given.put("recipe", recipe);
    }
    if (settings.transfer().isOn()) {
      given.put("pretrained", settings.transfer().pretrained());
    }
    Settings usual = Settings.ofNewRun(given);
    for (Flag<?> flag : TrainFlags.TABLE.flags()) {
      if (!flag.equals(TrainFlags.RECIPE) && !settings.isUsual(flag, usual.text(flag))) {
        given.put(flag.name(), settings.text(flag));
      }
    }
    if (!settings.text(TrainFlags.FORK).isEmpty()) {
      Settings.SAME_IN_FORK.forEach(same -> given.remove(same.name())); // its run has them
    }
    given.putAll(config.cluster());
    StringJoiner words = new StringJoiner(" ", "fovea ", "");
    words.add(config.command().isEmpty() ? "train" : config.command()).add(quoted(data));
    arguments(given).forEach(word -> words.add(quoted(word)));
    return words.toString();
  }

  private static List<String> arguments(Map<String, String> flags) {
    List<String> words = new ArrayList<>();
    flags.forEach(
        (name, value) ->
            words.addAll(
                TrainFlags.TABLE
                    .find(name)
                    .map(flag -> flag.arguments(value))
                    .orElse(List.of("--" + name, value))));
    return words;
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9@%+=:,./_-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
