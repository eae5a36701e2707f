package io.fovea.studio.runs;

import io.fovea.data.base.DataSplit;
import io.fovea.format.Models;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The requests of the form for a new run: choices, an estimate, and the start.
 *
 * @param fields the flags that a page may set, with name, box (it has no value) and more for the
 *     page
 */
public record LaunchRoutes(
    Runs runs,
    RunDatasets datasets,
    Map<String, String> recipes,
    FlagResolver resolver,
    List<Map<String, Object>> fields,
    RunCostEstimate estimates,
    ComputePool computing)
    implements Routes {
  private static final Set<String> PRETRAINED = Set.of("auto", "imagenet", "openimages");
  private static final String FORK = "fork";
  private static final Pattern POINT = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)@(\\d{1,18})");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9.:+_-]{1,120}");

  /** Checks the flags of a run, as {@code train} does. */
  @FunctionalInterface
  public interface FlagResolver {
    /**
     * All flags of a run with these given ones.
     *
     * @throws IllegalArgumentException if one is wrong; the message begins with {@code --NAME:}
     */
    Map<String, String> resolved(Map<String, String> given) throws IOException;
  }

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/choices", request -> Reply.json(choices()));
    router.post("/api/runs", this::start);
    router.post("/api/estimate", this::estimate);
  }

  private Map<String, Object> choices() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("data", datasets.catalog().list());
    all.put("models", Zoo.titles());
    all.put("recipes", recipes);
    all.put("fields", fields);
    all.put("defaults", resolver.resolved(Map.of()));
    return all;
  }

  /**
   * A requested run.
   *
   * @param given the flags of the page
   * @param all all flags, with defaults
   */
  record Launch(String data, Map<String, String> given, Map<String, String> all) {}

  private Reply estimate(Request request) throws IOException, InterruptedException {
    Launch launch = launch(request.json());
    return Reply.json(computing.call(() -> estimates.of(launch)));
  }

  private Reply start(Request request) throws IOException {
    Launch launch = launch(request.json());
    List<String> arguments = new ArrayList<>();
    if (!launch.given.containsKey(FORK)) { // which has the images of its run
      arguments.add(datasets.catalog().argument(launch.data));
    }
    arguments.addAll(datasets.catalog().flags());
    launch.given.forEach(
        (flag, value) -> {
          if (!isSwitch(flag)) {
            arguments.add("--" + flag + "=" + value);
          } else if (value.equals("on")) {
            arguments.add("--" + flag);
          }
        });
    return Reply.json(Map.of("run", runs.start(launch.data, name(launch), arguments, launch.all)));
  }

  private static String name(Launch launch) {
    String model = launch.given.getOrDefault("model", Zoo.TWO_LAYER_CNN.title());
    boolean isRun = launch.given.containsKey("init-from");
    return isRun
        ? "tuned"
        : launch.given.containsKey(FORK) ? "fork" : launch.given.getOrDefault("recipe", model);
  }

  private Launch launch(JsonNode wish) throws IOException {
    JsonNode flags = wish.path("flags");
    if (!flags.isMissingNode() && !flags.isObject()) {
      throw new HttpError(400, "train: flags expects a JSON object of names and values");
    }
    String point = flags.path(FORK).asString("");
    Matcher fork = POINT.matcher(point);
    if (!fork.matches() && !point.isEmpty()) {
      throw new HttpError(
          400, "--fork: expects a run and a step, such as NAME@700, got \"%s\"".formatted(point));
    }
    boolean isFork = !point.isEmpty();
    String data = isFork ? datasets.name(fork.group(1)).orElse("") : wish.path("data").asString("");
    if (!isFork) {
      datasets.catalog().argument(data);
    }
    Map<String, String> given = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> flag : flags.properties()) {
      String value = flag.getValue().asString("");
      if (flag.getKey().equals("init-from")) {
        startFrom(value, data, given);
      } else if (isFork && flag.getKey().equals(FORK)) {
        given.put(FORK, runs.folder(fork.group(1)) + "@" + fork.group(2));
      } else {
        requireOffered(flag.getKey(), value);
        given.put(flag.getKey(), value);
      }
    }
    try {
      return new Launch(data, given, resolver.resolved(given));
    } catch (IllegalArgumentException wrong) {
      throw new HttpError(400, String.valueOf(wrong.getMessage()));
    }
  }

  /** Checks that values are names: a path would let a page read other files. */
  private void requireOffered(String flag, String value) {
    if (field(flag).isEmpty()) {
      throw new HttpError(400, "train: the studio does not support the flag \"" + flag + "\"");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new HttpError(
          400, "--%s: expects letters, digits and . : + - _, got \"%s\"".formatted(flag, value));
    }
    Collection<String> known =
        switch (flag) {
          case "model" -> Zoo.titles();
          case "recipe" -> recipes.keySet();
          case "pretrained" -> PRETRAINED;
          default -> List.of(value);
        };
    if (!known.contains(value)) {
      throw new HttpError(
          400,
          "--%s: there is no built-in one named \"%s\"; expects one of %s"
              .formatted(flag, value, String.join(", ", known)));
    }
  }

  private Optional<Map<String, Object>> field(String flag) {
    return fields.stream().filter(field -> flag.equals(field.get("name"))).findFirst();
  }

  private boolean isSwitch(String flag) {
    return field(flag).map(field -> field.get("box")).orElse(false).equals(true);
  }

  /** A run's structure and weights, with a new last layer for other classes. */
  private void startFrom(String run, String data, Map<String, String> given) throws IOException {
    Path weights =
        runs.model(run)
            .orElseThrow(
                () ->
                    new HttpError(
                        400, "--init-from: the run " + run + " has saved no weights yet"));
    given.put("model", weights.toString());
    given.put("init-from", weights.toString());
    Network network = Models.load(weights);
    DataSplit split = datasets.catalog().open(data);
    if (!network.labels().equals(split.train().classes())) {
      Graph.Weight last = network.graph().weights().getLast();
      given.put("init-skip", last.node().name() + ".*");
    }
  }
}
