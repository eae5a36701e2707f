package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions about steps, answered by a shell in place of {@code fovea replay}. */
class StepRoutesTest extends OpenedTests {
  private final List<List<String>> asked = new ArrayList<>();
  private String script = "echo '{\"step\":3}'";
  private String training = "true";

  @Override
  TrainerProcess trainer() {
    return new TrainerProcess() {
      @Override
      public Process start(List<String> arguments, Path log) throws IOException {
        asked.add(arguments);
        return new ProcessBuilder("sh", "-c", training).start();
      }

      @Override
      public Process replay(List<String> arguments, Path results, Path log) throws IOException {
        asked.add(arguments);
        return new ProcessBuilder("sh", "-c", script)
            .redirectOutput(results.toFile())
            .redirectError(log.toFile())
            .start();
      }
    };
  }

  @BeforeEach
  void runs() throws IOException {
    Files.writeString(opened.run("one").resolve("checkpoint.safetensors"), "");
    opened.run("two");
  }

  private String post(String run, String step, String weight) throws IOException {
    String body = "{\"step\":\"%s\",\"weight\":\"%s\"}".formatted(step, weight);
    return opened.post("/api/runs/" + run + "/steps", body);
  }

  /** The answer, which a process that ends at once gives to the question itself. */
  private String settled(String step, String weight) throws Exception {
    String now = post("one", step, weight);
    while (Opened.status(now) == 202) {
      Thread.sleep(20);
      now = opened.get("/api/runs/one/steps?step=" + step + "&weight=" + weight);
    }
    return now;
  }

  @Test
  void answer_isKept_untilTheRunIsAnother() throws Exception {
    assertThat(settled("3", "")).contains(" 200 ").endsWith("{\"step\":3}\n");
    assertThat(asked.getFirst())
        .contains(folder.resolve("runs/one").toAbsolutePath().toString(), "--json", "--step=3")
        .anyMatch(argument -> argument.startsWith("--out="));
    assertThat(Opened.status(post("one", "3", ""))).isEqualTo(200);
    assertThat(asked).hasSize(1);
    assertThat(settled("", "w[0]")).endsWith("{\"step\":3}\n");
    assertThat(asked.getLast()).contains("--weight=w[0]").doesNotContain("--step=");
    Files.setLastModifiedTime(
        folder.resolve("runs/one/checkpoint.safetensors"),
        FileTime.fromMillis(System.currentTimeMillis() + 5000));
    assertThat(settled("3", "")).endsWith("{\"step\":3}\n");
    assertThat(asked).as("asked anew").hasSize(3);
    script = "echo '{\"equal\":false}'; exit 1";
    assertThat(settled("verify", "")).endsWith("{\"equal\":false}\n");
    assertThat(asked.getLast()).startsWith("verify").contains("--json", "--all");
    script = "echo '{\"equal\":true}'";
    assertThat(settled("verify", "")).as("never kept").endsWith("{\"equal\":true}\n");
  }

  @Test
  void refusal_isTheCommandsSentence() throws Exception {
    script = "echo 'fovea: --step: expects a step from 1 to 9, got 0' >&2; exit 2";
    assertThat(settled("0", ""))
        .contains(" 422 ")
        .endsWith("{\"error\":\"--step: expects a step from 1 to 9, got 0\"}");
    script = "kill -9 $$";
    assertThat(settled("4", ""))
        .contains(" 422 ", "studio: the replay was ended; ask for it again");
    assertThat(post("one", "x", "")).contains(" 400 ", "--step: expects a whole number, got");
    assertThat(post("one", "", "")).contains(" 400 ");
    assertThat(post("one", "1", "w".repeat(300)))
        .contains(" 400 ", "--weight: expects a parameter and an element, such as conv1.weight[");
    assertThat(post("none", "1", "")).contains(" 404 ", "studio: there is no such run");
  }

  @Test
  void oneQuestionAtATime_showsItsProgress_andIsStopped() throws Exception {
    script = "echo '{\"step\":5,\"of\":20}' >&2; sleep 300";
    post("one", "20", "");
    String reached = "";
    while (!reached.contains("\"done\":5")) {
      reached = opened.get("/api/runs/one/steps?step=20");
      assertThat(Opened.status(reached)).isEqualTo(202);
    }
    assertThat(reached).contains("\"of\":20");
    assertThat(post("one", "21", ""))
        .contains(" 409 ", "studio: another question about this run is being answered");
    assertThat(post("two", "21", "")).contains(" 202 ");
    opened.post("/api/runs/one/steps/stop", "");
    assertThat(opened.get("/api/runs/one/steps?step=20"))
        .contains(" 404 ", "studio: the replay was stopped; ask for it again");
  }

  @Test
  void model_ofAStep_isNamedWhereItIsNotKept() throws Exception {
    assertThat(opened.get("/api/inside/model?model=run:one@7"))
        .contains(" 404 ", "model: this step of the run is not replayed, or no longer kept");
  }

  private String deleted(String set) throws IOException {
    return opened.post("/api/data/" + set + "/delete", "{}");
  }

  /** The answer as soon as it is not that this run uses the set: its process ends. */
  private String deletedBut(String set, String run) throws Exception {
    String answer = deleted(set);
    while (answer.contains(run)) {
      Thread.sleep(20);
      answer = deleted(set);
    }
    return answer;
  }

  /** A process may read the photos until it ends. */
  @Test
  void setOfARunThatTrainsOrIsAsked_isNotDeleted() throws Exception {
    Path pets = folder.resolve("runs/.studio/data/pets").toAbsolutePath();
    Files.createDirectories(pets.resolve("cats"));
    opened.close();
    open();
    training = "sleep 300";
    String started =
        opened.post("/api/runs", "{\"data\":\"pets\",\"flags\":{\"model\":\"pooled\"}}");
    String run = started.replaceAll("(?s).*\"run\":\"([^\"]*)\".*", "$1");
    assertThat(deleted("pets"))
        .contains(
            " 409 ",
            "data: pets is used by run %s; stop it, or wait until it has ended".formatted(run));
    opened.post("/api/runs/" + run + "/stop", "{}");
    Path one = folder.resolve("runs/one");
    Files.writeString(one.resolve("config.json"), "{\"data\":\"%s\"}".formatted(pets));
    Files.writeString(one.resolve("report.html"), "");
    script = "sleep 300";
    assertThat(post("one", "3", "")).contains(" 202 ");
    assertThat(deletedBut("pets", run))
        .contains(" 409 ", "data: pets is used by run one; stop it, or wait");
    assertThat(pets).isDirectory();
    opened.post("/api/runs/one/steps/stop", "");
    assertThat(deletedBut("pets", run)).contains(" 200 ");
    assertThat(pets).doesNotExist();
    assertThat(opened.get("/api/runs/" + run)).contains("\"data\":\"pets (deleted)\"");
  }

  @Test
  void deletedRun_thatIsAsked_endsTheProcess() throws Exception {
    Path one = folder.resolve("runs/one");
    Files.writeString(one.resolve("report.html"), "");
    script = "echo $$; exec sleep 300";
    assertThat(post("one", "3", "")).contains(" 202 ");
    assertThat(opened.post("/api/runs/one/delete", "{}")).contains(" 200 ");
    List<ProcessHandle> left =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().command().orElse("").endsWith("sleep"))
            .toList();
    assertThat(left).isEmpty();
    assertThat(opened.ask("GET /api/runs/one/steps?step=3 HTTP/1.1"))
        .contains(" 404 ", "studio: the replay was stopped");
  }

  /** Whatever a page asks of a run at the moment when it goes or comes back. */
  @Test
  void runThatIsDeletedWhileItIsAsked_costsNoInternalError() throws Exception {
    Path one = folder.resolve("runs/one");
    Files.writeString(one.resolve("report.html"), "");
    Path model = one.resolve("model.safetensors");
    Models.write(
        Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1), model);
    List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
    List<Future<Boolean>> asked = new ArrayList<>();
    try (ExecutorService pages = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String path :
          List.of("runs/one", "runs/one/steps?step=3", "inside/weights?model=run:one")) {
        asked.add(
            pages.submit(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    statuses.add(Opened.status(opened.ask("GET /api/%s HTTP/1.1".formatted(path))));
                    statuses.add(Opened.status(post("one", Integer.toString(i), "")));
                  }
                  return true;
                }));
      }
      for (int i = 0; i < 40; i++) {
        opened.post("/api/runs/one/%s".formatted(i % 2 == 0 ? "delete" : "restore"), "{}");
      }
      for (Future<Boolean> page : asked) {
        assertThat(page.get()).isTrue();
      }
    }
    assertThat(statuses).hasSize(240).allMatch(status -> status < 500).contains(404);
  }

  @Test
  void fork_hasTheRunsFolderAndNoDataOfItsOwn() throws IOException {
    String start = "{\"flags\":{\"fork\":\"%s\",\"lr\":\"0.1\"}}";
    assertThat(opened.post("/api/runs", start.formatted("one@7"))).contains("-fork\"");
    assertThat(asked.getFirst())
        .contains("--fork=" + folder.resolve("runs/one").toAbsolutePath() + "@7", "--lr=0.1")
        .allMatch(argument -> argument.startsWith("--"));
    assertThat(opened.post("/api/runs", start.formatted("one")))
        .contains(" 400 ", "--fork: expects a run and a step, such as NAME@700, got ");
    assertThat(opened.post("/api/runs", start.formatted("../one@7"))).contains(" 400 ");
  }
}
