package io.fovea.studio.runs;

import io.fovea.file.PathProblems;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.studio.web.EventStream;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.LruCache;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The requests on runs: list, pause, resume, stop, name, delete, and follow their metrics. */
public final class RunRoutes implements Routes {
  private static final int MOST_FOLLOWED = 6;
  private static final String MISNAMED =
      "studio: expects a folder's name of letters, digits and ._=,- (200 at most); rename the folder";
  private static final long BEAT_NANOS = 2_000_000_000; // between beats, which find closed ones
  private static final int FEEDS = 32; // each keeps up to 1 MB of lines

  /** The time that a list of runs is cached, so that fifty pages cost as much as one. */
  private static final long LISTED_NANOS = 1_000_000_000;

  private final Runs runs;
  private final RunDatasets datasets;
  private final RunScore.Cache scores;
  private final StepReplays replays;
  private final LruCache<String, RunFeed> feeds = new LruCache<>(FEEDS);
  private Reply listed = Reply.json(Map.of());
  private long listedAt = System.nanoTime() - LISTED_NANOS;
  private long listedChanges;

  public RunRoutes(Runs runs, RunDatasets datasets, RunScore.Cache scores, StepReplays replays) {
    this.replays = replays;
    this.runs = runs;
    this.datasets = datasets;
    this.scores = scores;
  }

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/runs", request -> list());
    router.get("/api/runs/{run}", request -> Reply.json(facts(request.segment("run"))));
    router.get("/api/runs/{run}/events", request -> follow(List.of(request.segment("run"))));
    router.get(
        "/api/events",
        request -> follow(List.of(request.query("runs").orElse("").split("/", MOST_FOLLOWED + 1))));
    router.post("/api/runs/{run}/pause", request -> end(request, "pause"));
    router.post("/api/runs/{run}/stop", request -> end(request, "stop"));
    router.post("/api/runs/{run}/resume", this::resume);
    router.post("/api/runs/{run}/note", this::note);
    router.post("/api/runs/{run}/delete", request -> delete(request.segment("run")));
    router.post("/api/runs/{run}/restore", this::restore);
    router.post("/api/trash/empty", this::emptyTrash);
  }

  private synchronized Reply list() throws IOException {
    long changes = runs.changes();
    if (System.nanoTime() - listedAt >= LISTED_NANOS || changes != listedChanges) {
      List<Map<String, Object>> all = new ArrayList<>();
      runs.names().forEach(run -> listed(run).ifPresent(all::add));
      runs.misnamed().forEach(run -> listed(run).ifPresent(all::add));
      List<Map<String, Object>> deleted = new ArrayList<>();
      runs.deleted()
          .forEach((run, note) -> deleted.add(Map.of("name", run, "title", note.title())));
      listed = Reply.json(Map.of("runs", all, "deleted", deleted));
      listedAt = System.nanoTime();
      listedChanges = changes;
    }
    return listed;
  }

  /** Lists a damaged run as such, and omits one that was deleted meanwhile. */
  private Optional<Map<String, Object>> listed(String run) {
    if (!RunFiles.isNamed(run)) {
      return Optional.of(unreadable(run, MISNAMED));
    }
    try {
      Map<String, Object> facts = facts(run);
      facts.put("score", scores.of(runs.metrics(run)).facts());
      return Optional.of(facts);
    } catch (HttpError refused) {
      return refused.status() == 404
          ? Optional.empty()
          : Optional.of(unreadable(run, refused.reason()));
    } catch (NoSuchFileException deleted) {
      return Optional.empty();
    } catch (IOException failure) {
      return Optional.of(unreadable(run, "studio: " + PathProblems.reason(failure)));
    }
  }

  /** The status without the score, which changes with every step and is known to followers. */
  private Map<String, Object> followed(String run) {
    return listed(run)
        .map(
            facts -> {
              facts.remove("score");
              return facts;
            })
        .orElseGet(() -> unreadable(run, "studio: this run was removed"));
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
    RunConfig config = runs.config(run);
    RunState state = runs.state(run);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", run);
    facts.put("state", state.title());
    facts.put("ours", runs.recorded(run).isPresent());
    facts.put("data", datasets.title(run));
    facts.put("flags", config.flags());
    datasets
        .opened(run)
        .ifPresent(
            split -> {
              facts.put("images", split.train().size());
              facts.put("tested", split.test().size());
            });
    facts.put("path", runs.folder(run).toString());
    facts.put("dataPath", config.data());
    RunNote note = runs.note(run);
    facts.put("title", note.title());
    facts.put("note", note.text());
    facts.put("checkpoint", runs.has(run, RunFolder.CHECKPOINT));
    facts.put("model", runs.model(run).isPresent());
    facts.put("report", runs.has(run, RunFolder.REPORT));
    search(run, config).ifPresent(search -> facts.put("search", search));
    if (state == RunState.FAILED) {
      facts.put("reason", runs.reason(run));
    }
    return facts;
  }

  /** What a search among candidates has written so far; empty for another run. */
  private Optional<JsonNode> search(String run, RunConfig config) throws IOException {
    if (!config.isChoice()) {
      return Optional.empty();
    }
    Path file = runs.folder(run).resolve(RunFolder.CANDIDATES);
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && Files.size(file) <= RunFolder.MOST_CANDIDATES) {
        JsonNode search = Reply.JSON.readTree(Files.readAllBytes(file));
        JsonNode rows = search.path("candidates");
        boolean areObjects = rows.isArray() && rows.valueStream().allMatch(JsonNode::isObject);
        if (search.isObject() && (rows.isMissingNode() || areObjects)) {
          return Optional.of(search);
        }
      }
    } catch (JacksonException damaged) {
      // As a file that is too large: the page shows no rows.
    }
    return Optional.of(Reply.JSON.createObjectNode());
  }

  private Reply end(Request request, String wish) throws IOException {
    String run = request.segment("run");
    if (wish.equals("pause") && runs.config(run).isChoice()) {
      throw new HttpError(
          409,
          "studio: a search among candidates keeps no checkpoint, so it cannot be paused; stop it, or let it end");
    }
    runs.end(run, wish);
    return Reply.json(facts(run));
  }

  private Reply resume(Request request) throws IOException {
    runs.resume(request.segment("run"), datasets.catalog().flags());
    return Reply.json(facts(request.segment("run")));
  }

  private Reply note(Request request) throws IOException {
    runs.note(request.segment("run"), new RunNote(request.text("title"), request.text("note")));
    return Reply.json(facts(request.segment("run")));
  }

  private Reply delete(String run) throws IOException, InterruptedException {
    runs.requireEnded(run);
    replays.leave(run);
    runs.delete(run);
    return Reply.json(Map.of("deleted", run));
  }

  private Reply restore(Request request) throws IOException {
    runs.restore(request.segment("run"));
    return Reply.json(facts(request.segment("run")));
  }

  private Reply emptyTrash(Request request) throws IOException {
    runs.emptyTrash();
    return Reply.json(Map.of("deleted", List.of()));
  }

  /**
   * Streams the metrics of runs so far, then each new one, and each change of their states. A page
   * has one stream for all runs, since a browser opens at most six connections to a server.
   */
  private Reply follow(List<String> names) {
    if (names.size() > MOST_FOLLOWED) {
      throw new HttpError(400, "studio: a page follows at most %d runs".formatted(MOST_FOLLOWED));
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

  private synchronized RunFeed feed(String run) {
    RunTail tail = new RunTail(runs.metrics(run).file());
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

  private static final class Follower {
    private final RunFeed feed;
    private RunFeed.Told told = RunFeed.Told.NOTHING;

    Follower(RunFeed feed) {
      this.feed = feed;
    }

    void tell(EventStream to) throws IOException {
      RunFeed.NewEvents news = feed.since(told);
      if (news.events().length > 0) {
        to.send(news.events());
        told = news.told();
      }
    }
  }
}
