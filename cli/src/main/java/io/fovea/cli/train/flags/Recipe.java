package io.fovea.cli.train.flags;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.http.MalformedJson;
import io.fovea.network.DidYouMean;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The recipe of {@code --recipe}: a data set and flags for it, in a JSON file.
 *
 * <pre>
 * {"about": "what it is for", "data": "mnist", "flags": {"model": "pooled", "epochs": "5"}}
 * </pre>
 *
 * @param data its data set; empty for a recipe for the user's data
 * @param flags flags of {@code train}, without the dashes
 */
public record Recipe(String data, Map<String, String> flags) {
  /** For the user's photos; its flags are the library's settings. */
  private static final String PHOTOS = "photos";

  static final List<String> NAMES =
      List.of("mnist-classic", "mnist-sprint", "mnist-best", "fashion-best", PHOTOS);

  /** The names, in order, and the purpose of each recipe. */
  public static Map<String, String> abouts() throws IOException {
    Map<String, String> abouts = new LinkedHashMap<>();
    for (String name : NAMES) {
      abouts.put(name, Json.read(text(name)).path("about").asString(""));
    }
    return abouts;
  }

  /** Says in the refusal of a flag that was not given that it is from the recipe. */
  public static String origin(String flag, ParseResult given) throws IOException {
    String recipe = given.matchedOptionValue("--recipe", "");
    boolean isGiven = given.hasMatchedOption(flag);
    return recipe.isEmpty() || isGiven || !of(recipe).flags.containsKey(flag)
        ? ""
        : " (--%s is from --recipe %s)".formatted(flag, recipe);
  }

  public static Recipe of(String recipe) throws IOException {
    if (recipe.toLowerCase(Locale.ROOT).endsWith(".json")) {
      Path file = Path.of(recipe);
      if (!Files.isRegularFile(file)) {
        throw new Failure("--recipe: there is no file " + file + "; give a name or a JSON file");
      }
      return parse(recipe, Failure.text("--recipe", file));
    }
    if (!NAMES.contains(recipe)) {
      throw new UsageException(
          "recipe",
          "no recipe is named \"%s\"%s, or a file as FILE.json"
              .formatted(recipe, DidYouMean.expected(recipe, NAMES)));
    }
    return recipe.equals(PHOTOS)
        ? new Recipe("", TransferSettings.photosFlags())
        : parse(recipe, text(recipe));
  }

  private static String text(String name) throws IOException {
    try (InputStream stream = Recipe.class.getResourceAsStream("recipes/" + name + ".json")) {
      if (stream == null) {
        throw new IllegalStateException("recipe " + name + " is not in the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Recipe parse(String name, String text) {
    JsonNode root;
    try {
      root = Json.read(text);
    } catch (JacksonException malformed) {
      throw new Failure(
          "--recipe: %s is not JSON (%s)".formatted(name, MalformedJson.reason(malformed)),
          malformed);
    }
    Set<String> known = TrainFlags.TABLE.defaults().keySet();
    Map<String, String> flags = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> flag : root.path("flags").properties()) {
      if (!known.contains(flag.getKey()) || flag.getKey().equals("recipe")) {
        throw new Failure(
            "--recipe: %s sets \"%s\", which is not a flag of a run%s"
                .formatted(name, flag.getKey(), DidYouMean.expected(flag.getKey(), known)));
      }
      if (!flag.getValue().isValueNode()) {
        throw new Failure(
            "--recipe: %s: %s must be a text or a number, got %s"
                .formatted(name, flag.getKey(), flag.getValue()));
      }
      flags.put(flag.getKey(), flag.getValue().asString());
    }
    if (flags.isEmpty()) {
      throw new Failure(
          "--recipe: %s has no \"flags\"; expected {\"data\": \"mnist\", \"flags\": {\"model\": \"pooled\"}}"
              .formatted(name));
    }
    return new Recipe(root.path("data").asString("mnist"), flags);
  }
}
