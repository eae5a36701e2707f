package io.fovea.studio;

import io.fovea.http.Refusal;
import io.fovea.http.Router;
import io.fovea.network.Zoo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The runs: listing, starting, pausing, resuming, stopping, and following their numbers. */
final class RunRoutes implements Routes {
  /** Flags of {@code train} that the page may set; none of them names a file. */
  private static final Set<String> FLAGS =
      Set.of(
          "recipe model epochs batch lr optimizer momentum weight-decay l2 normalize label-smoothing schedule warmup augment init seed limit validation early-stop shuffle log-every checkpoint-every threads"
              .split(" ", -1));

  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9.:+_-]{1,120}");
  private static final int MOST_FOLLOWED = 6;
  private static final long BEAT_NANOS = 10_000_000_000L; // between signs of life
  private static final int FEEDS = 32; // each keeps up to 1 MB of lines

  /** A list of runs is good for so long: fifty pages that ask cost what one costs. */
  private static final long LISTED_NANOS = 1_000_000_000;

  private final Runs runs;
  private final Collections collections;
  private final Map<String, String> recipes;
  private final Latest<String, RunFeed> feeds = new Latest<>(FEEDS);
  private Reply listed = Reply.json(Map.of());
  private long listedAt = System.nanoTime() - LISTED_NANOS;

  RunRoutes(Runs runs, Collections collections, Map<String, String> recipes) {
    this.runs = runs;
    this.collections = collections;
    this.recipes = recipes;
  }

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/runs", request -> list());
    router.get("/api/choices", request -> Reply.json(choices()));
    router.post("/api/runs", this::start);
    router.get("/api/runs/{run}", request -> Reply.json(facts(request.segment("run"))));
    router.get("/api/runs/{run}/events", request -> follow(List.of(request.segment("run"))));
    router.get(
        "/api/events",
        request -> follow(List.of(request.query("runs").orElse("").split(",", MOST_FOLLOWED + 1))));
    router.post("/api/runs/{run}/pause", request -> end(request, "pause"));
    router.post("/api/runs/{run}/stop", request -> end(request, "stop"));
    router.post("/api/runs/{run}/resume", this::resume);
  }

  private synchronized Reply list() throws IOException {
    if (System.nanoTime() - listedAt >= LISTED_NANOS) {
      List<Map<String, Object>> all = new ArrayList<>();
      for (String run : runs.names()) {
        listed(run).ifPresent(all::add);
      }
      listed = Reply.json(Map.of("runs", all));
      listedAt = System.nanoTime();
    }
    return listed;
  }

  /** Something was started or ended: the next page that asks is told. */
  private synchronized void changed() {
    listedAt = System.nanoTime() - LISTED_NANOS;
  }

  /** A damaged run is listed as such; one that was deleted meanwhile is not. */
  private Optional<Map<String, Object>> listed(String run) {
    try {
      return Optional.of(facts(run));
    } catch (Refusal refused) {
      return refused.status() == 404
          ? Optional.empty()
          : Optional.of(unreadable(run, refused.reason()));
    } catch (NoSuchFileException deleted) {
      return Optional.empty();
    } catch (IOException failure) {
      return Optional.of(unreadable(run, "studio: its files cannot be read"));
    }
  }

  private Map<String, Object> followed(String run) {
    return listed(run).orElseGet(() -> unreadable(run, "studio: this run was removed"));
  }

  private static Map<String, Object> unreadable(String run, String reason) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", run);
    facts.put("state", RunState.UNREADABLE.title());
    facts.put("ours", false);
    facts.put("data", "");
    facts.put("flags", Map.of());
    facts.put("reason", reason);
    return facts;
  }

  private Map<String, Object> facts(String run) throws IOException {
    JsonNode config = runs.config(run);
    RunState state = runs.state(run);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", run);
    facts.put("state", state.title());
    facts.put("ours", runs.recorded(run).isPresent());
    facts.put("data", collections.ofRun(run).orElse(config.path("data").asString("")));
    facts.put("flags", config.path("flags"));
    facts.put("images", collections.openedSize(run));
    if (state == RunState.FAILED) {
      facts.put("reason", runs.lastWords(run));
    }
    return facts;
  }

  private Map<String, Object> choices() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("data", collections.list());
    all.put("models", Zoo.titles());
    all.put("recipes", recipes);
    all.put("processors", Runtime.getRuntime().availableProcessors());
    return all;
  }

  private Reply start(Request request) throws IOException {
    JsonNode wish = request.json();
    JsonNode flags = wish.path("flags");
    if (!flags.isMissingNode() && !flags.isObject()) {
      throw new Refusal(400, "train: flags expects a JSON object of names and values");
    }
    String data = wish.path("data").asString("");
    List<String> arguments = new ArrayList<>();
    arguments.add(collections.argument(data));
    arguments.addAll(collections.flags());
    String model = "two-layer-cnn";
    for (Map.Entry<String, JsonNode> flag : flags.properties()) {
      String value = flag.getValue().asString("");
      if (!FLAGS.contains(flag.getKey())) {
        throw new Refusal(400, "train: the studio sets no flag \"" + flag.getKey() + "\"");
      }
      if (!VALUE.matcher(value).matches()) {
        throw new Refusal(
            400,
            "train: %s expects letters, digits and . : + - _, got \"%s\""
                .formatted(flag.getKey(), value));
      }
      requireBuiltIn(flag.getKey(), value);
      if (flag.getKey().equals("model") || flag.getKey().equals("recipe")) {
        model = value;
      }
      arguments.add("--" + flag.getKey() + "=" + value);
    }
    String run = runs.start(data, model, arguments);
    changed();
    return Reply.json(Map.of("run", run));
  }

  /** Models and recipes by name only: a file's name would let a page read what it should not. */
  private void requireBuiltIn(String flag, String value) {
    Collection<String> known =
        switch (flag) {
          case "model" -> Zoo.titles();
          case "recipe" -> recipes.keySet();
          default -> List.of(value);
        };
    if (!known.contains(value)) {
      throw new Refusal(
          400,
          "train: there is no built-in %s \"%s\"; expects one of %s"
              .formatted(flag, value, String.join(", ", known)));
    }
  }

  private Reply end(Request request, String wish) throws IOException {
    runs.end(request.segment("run"), wish);
    changed();
    return Reply.json(facts(request.segment("run")));
  }

  private Reply resume(Request request) throws IOException {
    runs.resume(request.segment("run"), collections.flags());
    changed();
    return Reply.json(facts(request.segment("run")));
  }

  /**
   * The numbers of runs so far, then each new one; their states whenever these change. One stream
   * for all runs of a page, since a browser opens six connections to a server and no more.
   */
  private Reply follow(List<String> names) {
    if (names.size() > MOST_FOLLOWED) {
      throw new Refusal(400, "studio: a page follows at most %d runs".formatted(MOST_FOLLOWED));
    }
    List<Follower> followers = names.stream().map(name -> new Follower(feed(name))).toList();
    return new Reply.Stream(to -> tell(followers, to));
  }

  private static void tell(List<Follower> followers, EventStream to)
      throws IOException, InterruptedException {
    followers.forEach(follower -> follower.feed.count(1));
    try {
      long beat = System.nanoTime();
      while (true) {
        long pause = 0;
        for (Follower follower : followers) {
          follower.tell(to);
          pause = Math.max(pause, follower.feed.pauseMillis());
        }
        if (System.nanoTime() - beat > BEAT_NANOS) {
          to.beat();
          beat = System.nanoTime();
        }
        Thread.sleep(pause);
      }
    } finally {
      followers.forEach(follower -> follower.feed.count(-1));
    }
  }

  /** What all who follow a run share. */
  private synchronized RunFeed feed(String run) {
    RunTail tail = new RunTail(runs.folder(run).resolve(Runs.METRICS));
    RunFeed feed =
        feeds
            .get(run)
            .orElseGet(
                () ->
                    new RunFeed(
                        run,
                        tail,
                        () -> Reply.JSON.writeValueAsString(followed(run)),
                        System::nanoTime));
    feeds.put(run, feed);
    return feed;
  }

  /** One page that follows a run. */
  private static final class Follower {
    private final RunFeed feed;
    private RunFeed.Told told = RunFeed.Told.NOTHING;

    Follower(RunFeed feed) {
      this.feed = feed;
    }

    void tell(EventStream to) throws IOException {
      RunFeed.News news = feed.since(told);
      if (news.events().length > 0) {
        to.send(news.events());
        told = news.told();
      }
    }
  }
}
