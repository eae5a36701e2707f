package io.fovea.cli.train;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * The command line that repeats a run. It leaves out what its recipe and pretrained weights set
 * anyway. The file of a recipe may change, so its flags are given instead.
 */
public final class RepeatCommand {
  private RepeatCommand() {}

  /**
   * The command line.
   *
   * @param data the data set
   * @param config the run's configuration, which has the command and flags for a cluster
   */
  public static String of(Settings settings, String data, JsonNode config) throws IOException {
    Map<String, String> given = new LinkedHashMap<>();
    if (Recipe.NAMES.contains(settings.text("recipe"))) {
      given.put("recipe", settings.text("recipe"));
    }
    if (!settings.text("pretrained").isEmpty()) {
      given.put("pretrained", settings.text("pretrained"));
    }
    Map<String, String> usual = TrainArguments.resolved(given);
    for (Map.Entry<String, String> flag : settings.flags().entrySet()) {
      if (!flag.getKey().equals("recipe") && !settings.isUsual(flag.getKey(), usual)) {
        given.put(flag.getKey(), flag.getValue());
      }
    }
    config
        .path("cluster")
        .properties()
        .forEach(flag -> given.put(flag.getKey(), flag.getValue().asString("")));
    StringJoiner words = new StringJoiner(" ", "fovea ", "");
    words.add(config.path("command").asString("train")).add(FlagTexts.quoted(data));
    given.forEach(
        (flag, value) ->
            TrainFlags.arguments(flag, value).forEach(word -> words.add(FlagTexts.quoted(word))));
    return words.toString();
  }
}
