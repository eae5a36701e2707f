package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.DataSets;
import io.fovea.dataset.Dataset;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Optimizer;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the form of a new run asks for, and the files of a run. */
class LaunchRoutesTest extends OpenedTests {
  private final List<List<String>> asked = new ArrayList<>();

  @Override
  TrainerProcess trainer() {
    return new TrainerProcess() {
      @Override
      public Process start(List<String> arguments, Path log) throws IOException {
        asked.add(arguments);
        return new ProcessBuilder("true").start();
      }

      @Override
      public Trainer trainer(Map<String, String> flags, Network network) {
        return trained(network, flags.getOrDefault("optimizer", "sgd"));
      }
    };
  }

  private static Network model(int classes) {
    return Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), classes), Initializer.he(), 1);
  }

  @Test
  void estimate_hasSizesAndATime() throws IOException {
    String answer = estimate("\"limit\":\"50\"");
    assertThat(Opened.status(answer)).as(answer).isEqualTo(200);
    // 256 * 100 + 100 + 100 * 10 + 10 parameters
    assertThat(answer)
        .contains("\"parameters\":26710", "\"input\":[1,16,16]", "\"images\":50", "\"seconds\":");
  }

  private static Trainer trained(Network network, String optimizer) {
    return Trainer.of(network).optimizer(Optimizer.named(optimizer, 1, 0, 0)).batchSize(8);
  }

  /** The own figure of the trainer that a run would have, and the images. */
  @Test
  void estimate_bytes_areTheTrainersMemory() throws IOException {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 16, 16), 10), Initializer.he(), 1);
    Dataset digits = DataSets.open(folder.resolve("digits").toString()).train();
    for (String optimizer : List.of("adamw", "sgd")) {
      String answer = estimate("\"limit\":\"50\",\"optimizer\":\"" + optimizer + "\"");
      Trainer trainer = trained(network, optimizer).test(digits);
      assertThat(answer).contains("\"bytes\":" + (trainer.memory().total() + 50 * 256));
    }
  }

  private String estimate(String flags) throws IOException {
    String usual = "\"model\":\"mlp\",\"image-size\":\"16x16\",\"batch\":\"8\",";
    return opened.post("/api/estimate", "{\"data\":\"digits\",\"flags\":{" + usual + flags + "}}");
  }

  @Test
  void estimate_ofWhatCannotBe_namesTheFlag() throws IOException {
    Opened.requires(
        opened.post(
            "/api/estimate",
            "{\"data\":\"digits\",\"flags\":{\"model\":\"simple-cnn\",\"image-size\":\"4x4\"}}"),
        400,
        "{\"error\":\"--image-size: simple-cnn cannot use images of 4x4: ");
    Opened.requires(
        opened.post("/api/estimate", "{\"data\":\"digits\",\"flags\":{\"lr\":\"a b\"}}"),
        400,
        "--lr: expects letters, digits and . : + - _, got \\\"a b\\\"");
    assertThat(asked).isEmpty();
  }

  @Test
  void start_fromARun_takesItsNetworkAndANewLastLayerForOtherClasses() throws IOException {
    Path run = opened.run("before");
    Models.write(model(10), run.resolve("best.safetensors"));
    String body = "{\"data\":\"digits\",\"flags\":{\"init-from\":\"before\",\"epochs\":\"2\"}}";
    assertThat(opened.post("/api/runs", body)).contains("-digits-tuned");
    Path best = run.toAbsolutePath().resolve("best.safetensors");
    assertThat(asked.getFirst())
        .contains("--model=" + best, "--init-from=" + best, "--epochs=2")
        .noneMatch(argument -> argument.startsWith("--init-skip"));
    Models.write(model(3), best);
    assertThat(Opened.status(opened.post("/api/runs", body))).isEqualTo(200);
    assertThat(asked.getLast()).contains("--init-skip=dense2.*");
    String none =
        "{\"data\":\"digits\",\"flags\":{\"init-from\":\""
            + opened.run("empty").getFileName()
            + "\"}}";
    assertThat(opened.post("/api/runs", none))
        .contains("--init-from: the run empty has saved no weights yet");
  }

  @Test
  void files_ofARun_areSentAndNoOthers() throws IOException {
    Path run = opened.run("one");
    String base = "GET /api/runs/one/";
    assertThat(Opened.status(opened.ask(base + "report.html HTTP/1.1"))).isEqualTo(404);
    assertThat(opened.ask(base + "model.onnx HTTP/1.1"))
        .contains("studio: this run has no model yet; the first epoch saves one");
    Files.writeString(run.resolve("report.html"), "<p>a report</p>");
    Models.write(model(10), run.resolve("model.safetensors"));
    String report = opened.ask(base + "report.html HTTP/1.1");
    assertThat(report).endsWith("<p>a report</p>").contains("text/html", "default-src 'none'");
    assertThat(opened.ask(base + "model.safetensors HTTP/1.1"))
        .contains("application/octet-stream", "conv1.weight");
    assertThat(opened.ask(base + "model.onnx HTTP/1.1")).contains("200 OK", "Conv", "fovea");
    Files.delete(run.resolve("report.html"));
    Files.createSymbolicLink(run.resolve("report.html"), run.resolve("config.json"));
    assertThat(Opened.status(opened.ask(base + "report.html HTTP/1.1"))).isEqualTo(404);
  }

  @Test
  void upload_thatIsPassedOverOrMalformed_isAnswered() throws IOException {
    String begun = opened.post("/api/uploads", "{\"classes\":[\"cats\",\"dogs\"]}");
    String id = begun.replaceAll("(?s).*\"upload\":\"([0-9a-f]{32})\".*", "$1");
    assertThat(opened.post("/api/uploads/" + id + "?at=0&path=.DS_Store", "x"))
        .contains("\"passedOver\":true");
    assertThat(opened.post("/api/uploads/" + id + "?at=x&path=a", "x"))
        .contains("upload: expects at as a number of bytes, got");
    for (String at : List.of("/api/uploads", "/api/uploads/classes")) { // before any is filmed, too
      assertThat(opened.post(at, "{\"classes\":[\"cats\",5]}"))
          .contains(" 400 ", "upload: expects the names of classes as texts, got 5");
      assertThat(opened.post(at, "{\"classes\":[\"cats\",\"\u202Esgod\"]}"))
          .contains(" 400 ", "class: expects a name that a folder may have");
      for (String name : List.of("train", ".net", "..", "CON", "Cats", "")) {
        assertThat(opened.post(at, "{\"classes\":[\"cats\",\"%s\"]}".formatted(name)))
            .contains(" 400 ", "class: expects a n", "got \\\"" + name + "\\\"");
      }
    }
  }

  private static final String START = "{\"data\":\"digits\",\"flags\":{\"model\":\"mlp\"}}";

  /** A channel that cannot be written throws a plain IOException. */
  @Test
  void start_onAFullDisk_isAnswered() throws IOException {
    try (Opened full =
        new Opened(
            folder.resolve("full"),
            "",
            (arguments, log) -> {
              throw new IOException("No space left on device");
            })) {
      Opened.requires(
          full.post("/api/runs", START),
          507,
          "studio: the disk is full; free some space, then try again");
    }
  }

  @Test
  void start_whoseRecordCannotBeWritten_endsTheProcess() throws Exception {
    List<Process> processes = new ArrayList<>();
    try (Opened blocked =
        new Opened(
            folder.resolve("blocked"),
            "",
            (arguments, log) -> {
              Files.createDirectory(Path.of(log.toString().replaceAll("log$", "json")));
              processes.add(new ProcessBuilder("sleep", "300").start());
              return processes.getFirst();
            })) {
      Opened.requires(
          blocked.post("/api/runs", START),
          422,
          "studio: a file cannot be read or written; see the studio's log for its name");
      assertThat(processes.getFirst().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void start_withAMalformedChunk_isAnswered() throws IOException {
    Opened.requires(
        opened.raw(
            "POST /api/runs HTTP/1.1",
            "Host: " + opened.host(),
            "zz\r\n{}\r\n".getBytes(StandardCharsets.UTF_8),
            "Origin: http://" + opened.host(),
            "Transfer-Encoding: chunked"),
        400,
        "studio: expects whole chunks without trailers, got others; send the body without trailers, or with a Content-Length");
  }
}
