package io.fovea.studio.sort;

import io.fovea.data.base.DataSplit;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.metrics.Evaluation;
import io.fovea.studio.data.DatasetCatalog;
import io.fovea.studio.data.Uploads;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import io.fovea.transfer.PhotoSorter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What the page that sorts photos asks. Each act is one request, whose reply has the new state and
 * the next photo. Photos go by paths that the sorter itself has found.
 */
public record SortRoutes(
    Sortings sortings, DatasetCatalog datasets, Uploads uploads, ComputePool computing)
    implements Routes {
  private static final int MOST = 40;

  /** The most names of files that cannot be read. */
  private static final int MOST_BROKEN = 20;

  /** The most classes: a key each. */
  private static final int KEYS = 9;

  @Override
  public void register(Router<Handler> router) {
    router.post("/api/sort/{set}", this::act);
    router.get("/api/sort/{set}/photo", this::photo);
    router.get("/api/sort/{set}/review", this::review);
  }

  private Reply act(Request request) throws IOException, InterruptedException {
    String set = request.segment("set");
    JsonNode body = request.json();
    String act = body.path("act").asString("");
    if (!act.equals("open")) {
      Sortings.Sorting sorting = sortings.known(set);
      return computing.call(() -> Reply.json(done(sorting, act, body)));
    }
    Path folder = datasets.folders().get(set);
    if (folder == null) {
      throw new HttpError(404, "sort: expects a folder of photos, got \"%.100s\"".formatted(set));
    }
    Sortings.Sorting sorting = sortings.open(set, folder);
    if (!sorting.isOpen()) {
      return Reply.json(Map.of("failure", sorting.failure()));
    }
    Optional<Path> shown = photo(sorting.sorter(), body.path("photo").asString(""));
    return computing.call(() -> Reply.json(state(sorting, shown)));
  }

  /** The photo of a name, if it is there: names of requests become no paths. */
  private static Optional<Path> photo(PhotoSorter sorter, String name) {
    return sorter.photos().stream().filter(photo -> slashes(photo).equals(name)).findFirst();
  }

  private static Path meant(PhotoSorter sorter, JsonNode body) {
    String name = body.path("photo").asString("");
    return photo(sorter, name)
        .orElseThrow(
            () ->
                new HttpError(
                    400, "sort: expects a photo of this set, got \"%.100s\"".formatted(name)));
  }

  private Map<String, Object> done(Sortings.Sorting sorting, String act, JsonNode body)
      throws IOException {
    PhotoSorter sorter = sorting.sorter();
    try {
      switch (act) {
        case "class" -> addClass(sorter, body.path("name").asString("").strip());
        case "label" -> sorter.label(meant(sorter, body), body.path("label").asInt(-1));
        case "leave-out" -> sorter.leaveOut(meant(sorter, body));
        case "undo" -> {
          return state(sorting, sorter.undo());
        }
        case "write" -> {
          String name = body.path("name").asString("");
          return Map.of("data", datasets.add(uploads.made(name, sorting::writeTo)));
        }
        default -> throw new HttpError(400, "sort: expects an act, got \"%.100s\"".formatted(act));
      }
    } catch (IllegalArgumentException refused) {
      throw new HttpError(400, String.valueOf(refused.getMessage()));
    }
    // The photo that was shown stays where the act was on another one, such as a doubtful one.
    return state(sorting, photo(sorter, body.path("then").asString("")));
  }

  private static void addClass(PhotoSorter sorter, String name) throws IOException {
    if (sorter.classes().size() >= KEYS) {
      throw new HttpError(
          422, "sort: expects at most %d classes, a key each, got one more".formatted(KEYS));
    }
    sorter.addClass(name);
  }

  /**
   * The state, and a photo to label.
   *
   * @param shown the photo that stays; else the next one
   */
  private static Map<String, Object> state(Sortings.Sorting sorting, Optional<Path> shown) {
    PhotoSorter sorter = sorting.sorter();
    int looked = sorting.looked(); // before broken, which has all that were looked at
    List<String> classes = sorter.classes();
    List<DataSplit.Skipped> broken = sorter.broken();
    Set<String> unreadable =
        broken.stream().map(DataSplit.Skipped::file).collect(Collectors.toSet());
    int[] counts = new int[classes.size()];
    int out = 0;
    int left = 0;
    for (Path photo : sorter.photos()) {
      OptionalInt label = sorter.labelOf(photo);
      label.ifPresent(k -> counts[k]++);
      out += sorter.isLeftOut(photo) ? 1 : 0;
      boolean isAsked = label.isEmpty() && !sorter.isLeftOut(photo);
      left += isAsked && !unreadable.contains(slashes(photo)) ? 1 : 0;
    }
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("classes", classes);
    state.put("counts", counts);
    state.put("photos", sorter.photos().size());
    state.put("looked", looked);
    state.put("left", left);
    state.put("leftOut", out);
    state.put("broken", broken.stream().limit(MOST_BROKEN).toList());
    state.put("unreadable", broken.size());
    state.put("failure", sorting.failure());
    shown.or(sorter::next).ifPresent(photo -> state.putAll(asked(sorter, photo)));
    return state;
  }

  private static Map<String, Object> asked(PhotoSorter sorter, Path photo) {
    double[] probabilities = sorter.probabilities(photo);
    int best = Evaluation.largest(probabilities);
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("photo", slashes(photo));
    asked.put("label", sorter.labelOf(photo).orElse(-1));
    if (probabilities.length > 0) {
      asked.put("guess", best);
      asked.put("probability", probabilities[best]);
    }
    return asked;
  }

  private static String slashes(Path photo) {
    return photo.toString().replace(File.separatorChar, '/');
  }

  /** A file as it is, which the browser decodes and turns; no link leads out of the folder. */
  private Reply photo(Request request) throws IOException {
    Sortings.Sorting sorting = sortings.known(request.segment("set"));
    String name = request.query("photo").orElse("");
    Path photo =
        photo(sorting.sorter(), name)
            .orElseThrow(() -> new HttpError(404, "sort: there is no such photo"));
    Path file = sorting.photos().resolve(photo);
    if (!Files.isRegularFile(file) // a pipe would be waited for
        || !file.toRealPath().startsWith(sorting.photos().toRealPath())) {
      throw new HttpError(
          404, "sort: this photo is gone, or a link that leads out of the folder; copy it there");
    }
    // Browsers go by the content of a picture; the type only says that it is one.
    return new Reply.Attachment(file, "image/jpeg");
  }

  private Reply review(Request request) throws IOException, InterruptedException {
    PhotoSorter sorter = sortings.known(request.segment("set")).sorter();
    return computing.call(
        () ->
            Reply.json(
                Map.of(
                    "doubtful",
                    sorter.doubtful().stream()
                        .limit(MOST)
                        .map(
                            doubt ->
                                Map.of(
                                    "photo", doubt.file(),
                                    "label", doubt.label(),
                                    "likely", doubt.likely(),
                                    "probability", doubt.likelyProbability()))
                        .toList(),
                    "copies",
                    sorter.copies().stream()
                        .filter(copy -> !sorter.isLeftOut(copy.photo()))
                        .filter(copy -> !sorter.isLeftOut(copy.original()))
                        .limit(MOST)
                        .map(copy -> copy(sorter, copy))
                        .toList())));
  }

  private static Map<String, Object> copy(PhotoSorter sorter, PhotoSorter.Copy copy) {
    return Map.of(
        "photo", slashes(copy.photo()),
        "original", slashes(copy.original()),
        "kind", copy.kind().name().toLowerCase(Locale.ROOT),
        "labels", List.of(label(sorter, copy.photo()), label(sorter, copy.original())));
  }

  private static String label(PhotoSorter sorter, Path photo) {
    OptionalInt label = sorter.labelOf(photo);
    return label.isPresent() ? sorter.classes().get(label.getAsInt()) : "";
  }
}
