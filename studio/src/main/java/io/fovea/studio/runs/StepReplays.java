package io.fovea.studio.runs;

import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.run.RunFolder;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The requests on a step of a run, a weight's biography or all steps, answered by what {@code fovea
 * replay --json} and {@code verify --json} print: a process for a question, one at a time for a
 * run. The answer, and the model behind the step, stay in a folder of the studio with the latest
 * others, at most {@value #MOST_FILES} files and 512 MB. Safe for use by several threads.
 */
public final class StepReplays implements Routes, AutoCloseable {
  private static final int LONGEST_WEIGHT = 200;
  private static final int MOST_FILES = 300;
  private static final long MOST_BYTES = 512L << 20;
  private static final int SECONDS_TO_END = 5;
  private static final String MODEL = ".safetensors";

  /** In place of a step: whether all steps are equal to the bit. */
  private static final String VERIFY = "verify";

  private final Runs runs;
  private final List<String> flags;
  private final ReplayStarter starter;
  private final Map<String, Running> running = new HashMap<>(); // by run

  /** Starts a command, replay or verify; its results and its messages go to two files. */
  @FunctionalInterface
  public interface ReplayStarter {
    Process start(List<String> command, Path results, Path log) throws IOException;
  }

  /**
   * A question.
   *
   * @param step the step; empty for the last one; or {@link #VERIFY}
   * @param weight an element whose biography is asked for; empty for the step itself
   */
  private record StepQuestion(String run, String step, String weight) {
    boolean isVerify() {
      return step.equals(VERIFY);
    }

    String key() {
      String text = "%s@%s %s".formatted(run, step, weight);
      return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }
  }

  private record Running(StepQuestion question, Process process) {}

  /** Of runs in a folder, with flags of every command. */
  public StepReplays(Runs runs, List<String> flags, ReplayStarter starter) {
    this.runs = runs;
    this.flags = flags;
    this.starter = starter;
  }

  @Override
  public void register(Router<Handler> router) {
    router.post("/api/runs/{run}/steps", this::ask);
    router.get(
        "/api/runs/{run}/steps",
        request ->
            look(
                question(
                    request,
                    request.query("step").orElse(""),
                    request.query("weight").orElse(""))));
    router.post("/api/runs/{run}/steps/stop", request -> stop(request.segment("run")));
  }

  private static StepQuestion question(Request request, String step, String weight) {
    boolean isNamed = step.isEmpty() ? !weight.isEmpty() : step.equals(VERIFY);
    if (!isNamed && !step.matches("-?\\d{1,18}")) {
      throw new HttpError(400, "--step: expects a whole number, got \"%.40s\"".formatted(step));
    }
    if (weight.length() > LONGEST_WEIGHT || weight.chars().anyMatch(Character::isISOControl)) {
      throw new HttpError(
          400,
          "--weight: expects a parameter and an element, such as conv1.weight[3,0,2,2], got \"%.40s\""
              .formatted(weight));
    }
    return new StepQuestion(request.segment("run"), step, weight);
  }

  private Reply ask(Request request) throws IOException {
    JsonNode wish = request.json();
    StepQuestion question =
        question(request, wish.path("step").asString(""), wish.path("weight").asString(""));
    try {
      return ask(question);
    } catch (UnsupportedOperationException none) {
      throw new HttpError(501, String.valueOf(none.getMessage()));
    }
  }

  private Path file(StepQuestion question, String ending) {
    return runs.replays().resolve(question.key() + ending);
  }

  /** An answer that is not older than the run. */
  private Optional<Path> answer(StepQuestion question) throws IOException {
    Path answer = file(question, ".json");
    if (!Files.isRegularFile(answer)) {
      return Optional.empty();
    }
    FileTime time = Files.getLastModifiedTime(answer);
    for (String name : List.of(RunFolder.CONFIG, RunFolder.CHECKPOINT)) {
      Path own = runs.folder(question.run()).resolve(name);
      if (!Files.exists(own) || Files.getLastModifiedTime(own).compareTo(time) > 0) {
        return Optional.empty();
      }
    }
    return Optional.of(answer);
  }

  /** The model behind a step that has been asked for. */
  public synchronized Optional<Path> model(String run, String step) throws IOException {
    StepQuestion question = new StepQuestion(run, step, "");
    return answer(question).isEmpty()
        ? Optional.empty()
        : Optional.of(file(question, MODEL)).filter(Files::isRegularFile);
  }

  /** Begins to find an answer, unless it is known; 409 while the run is asked something else. */
  private synchronized Reply ask(StepQuestion question) throws IOException {
    Path folder = runs.folder(question.run());
    Running other = running.get(question.run());
    if (other != null && !other.question.equals(question) && other.process.isAlive()) {
      throw new HttpError(
          409,
          "studio: another question about this run is being answered; wait for it, or stop it");
    }
    boolean isVerify = question.isVerify(); // anew: it depends on all files, and an answer on two
    boolean isAsked =
        other != null && other.question.equals(question) && (!isVerify || other.process.isAlive());
    if (!isAsked && (isVerify || answer(question).isEmpty())) {
      Files.createDirectories(runs.replays());
      Files.deleteIfExists(file(question, ".json"));
      bound();
      List<String> command = command(question, folder);
      Process process = starter.start(command, file(question, ".part"), file(question, ".log"));
      running.put(question.run(), new Running(question, process));
    }
    return look(question);
  }

  private List<String> command(StepQuestion question, Path folder) {
    List<String> command = new ArrayList<>(List.of(question.isVerify() ? VERIFY : "replay"));
    command.addAll(flags);
    command.addAll(List.of(folder.toString(), "--json", "--progress"));
    if (question.isVerify()) {
      command.add("--all");
      return command;
    }
    command.add("--pictures");
    if (!question.step().isEmpty()) {
      command.add("--step=" + question.step());
    }
    boolean isStep = question.weight().isEmpty();
    command.add(isStep ? "--out=" + file(question, MODEL) : "--weight=" + question.weight());
    return command;
  }

  /**
   * The answer to a question that has been asked; before it is found, status 202 with the step that
   * the process has reached, done, of so many.
   *
   * @throws HttpError 422 with the command's sentence if it has refused; 404 if it was stopped
   */
  private synchronized Reply look(StepQuestion question) throws IOException {
    Running asked = running.get(question.run());
    if (asked == null || !asked.question.equals(question)) {
      return reply(
          answer(question)
              .orElseThrow(
                  () -> new HttpError(404, "studio: the replay was stopped; ask for it again")));
    }
    if (!asked.process.isAlive()) {
      return reply(finished(asked));
    }
    JsonNode reached = progress(Runs.lastWords(file(question, ".log")));
    return Reply.json(
        202, Map.of("done", reached.path("step").asLong(0), "of", reached.path("of").asLong(0)));
  }

  /** The last line of JSON, which {@code --progress} prints; an empty object if there is none. */
  private static JsonNode progress(String log) {
    String last = log.lines().filter(line -> line.startsWith("{")).reduce("{}", (a, b) -> b);
    try {
      return Reply.JSON.readTree(last);
    } catch (JacksonException half) { // the process is writing it
      return Reply.JSON.createObjectNode();
    }
  }

  private static Reply reply(Path answer) throws IOException {
    return new Reply.Whole(200, "application/json", Files.readAllBytes(answer));
  }

  /** The answer of a process that has ended. */
  private Path finished(Running ended) throws IOException {
    StepQuestion question = ended.question;
    running.remove(question.run());
    Optional<String> sentence = Runs.failure(Runs.lastWords(file(question, ".log")));
    Files.deleteIfExists(file(question, ".log"));
    int exit = ended.process.exitValue(); // 1 with an answer: verify has found a difference
    if (exit > 1 || (exit == 1 && (sentence.isPresent() || !question.isVerify()))) {
      Files.deleteIfExists(file(question, ".part"));
      throw new HttpError(422, sentence.orElse("studio: the replay was ended; ask for it again"));
    }
    Path answer = file(question, ".json");
    return Files.move(file(question, ".part"), answer, StandardCopyOption.REPLACE_EXISTING);
  }

  private synchronized Reply stop(String run) {
    Running ended = running.remove(run);
    if (ended != null) {
      ended.process.destroy();
    }
    return Reply.json(Map.of());
  }

  /** Whether a question about a run is being answered. */
  public synchronized boolean isAsked(String run) {
    Running asked = running.get(run);
    return asked != null && asked.process.isAlive();
  }

  /** Ends the process of a run that is to be deleted, which may write into the run's folder. */
  synchronized void leave(String run) throws InterruptedException {
    Running ended = running.get(run);
    stop(run);
    if (ended != null && !ended.process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
      ended.process.destroyForcibly();
    }
  }

  /** Deletes the oldest files until there is room for others. */
  private void bound() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(runs.replays())) {
      all.forEach(files::add);
    }
    files.sort(Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed());
    long bytes = 0;
    for (int i = 0; i < files.size(); i++) {
      bytes += files.get(i).toFile().length();
      if (i >= MOST_FILES || bytes > MOST_BYTES) {
        Files.deleteIfExists(files.get(i));
      }
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(running.keySet()).forEach(this::stop);
  }
}
