package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.http.AccessLog;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelCheck;
import io.fovea.kernel.KernelSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What a friendly client gets. */
class PredictionServerTest extends ServedTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static String json(Prediction answer) {
    return JSON.writeValueAsString(answer.members(0));
  }

  @Test
  void predict_png_isTheClassifiersAnswer() throws IOException {
    Prediction expected = served.classifier.classify(Served.picture(9));
    String answer = served.post(Served.png(9));
    assertThat(answer).startsWith("HTTP/1.1 200 ").containsIgnoringCase("application/json");
    assertThat(Served.body(answer)).isEqualTo(json(expected));
    assertThat(Served.body(answer)).startsWith("{\"label\":\"" + expected.label() + "\"");
  }

  @Test
  void predict_top2_namesTheTwoMostProbable() throws IOException {
    Prediction expected = served.classifier.classify(Served.picture(5));
    List<Prediction.ClassProbability> best = expected.top(2);
    assertThat(client.post("/predict?top=2", Served.png(5)).text())
        .endsWith(
            "\"probabilities\":{\"%s\":%s,\"%s\":%s}}"
                .formatted(
                    best.get(0).label(),
                    best.get(0).probability(),
                    best.get(1).label(),
                    best.get(1).probability()));
  }

  @Test
  void predict_modelAndVersion_areFoundOrRefused() throws IOException {
    String expected = json(served.classifier.classify(Served.picture(2)));
    for (String query : List.of("?model=pets", "?version=1", "?version=1&model=pets")) {
      assertThat(client.post("/predict" + query, Served.png(2)).text()).isEqualTo(expected);
    }
    assertThat(client.post("/predict?model=cars", Served.png(2)).error())
        .isEqualTo("predict: there is no model \"cars\"; this server has: pets");
    assertThat(client.post("/predict?version=2", Served.png(2)).error())
        .isEqualTo("predict: the model has no version \"2\", but: [1]");
    for (String query : List.of("?model=", "?model=pets&model=pets", "?name=pets", "?top")) {
      assertThat(client.post("/predict" + query, Served.png(2)).error())
          .isEqualTo(
              "predict: expects only top=K with a whole number from 1 up, model=NAME and version=V in the query");
    }
    assertThat(client.get("/models").text())
        .matches(
            "\\[\\{\"name\":\"pets\",\"version\":\"1\",\"ready\":true,\"loaded\":\"[0-9T:.-]+Z\"}]");
  }

  @Test
  void accessLog_requests_haveTheirLines() throws Exception {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    try (Served own = new Served(Served.LIMITS, "", AccessLog.to(log));
        KeptConnection client = new KeptConnection(own.server.port())) {
      client.post("/predict?top=1", Served.png(1), "X-Request-Id: a-1", "traceparent: " + trace);
      client.get("/nothing?secret=1");
    }
    List<String> lines = log.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .contains("\"method\":\"POST\",\"path\":\"/predict\",\"status\":200,\"bytes\":")
        .endsWith(",\"requestId\":\"a-1\",\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}");
    assertThat(lines.get(1))
        .contains("\"path\":\"/nothing\",\"status\":404")
        .doesNotContain("secret");
  }

  @Test
  void predict_chunkedBody_isRead() throws IOException {
    byte[] png = Served.png(6);
    String head = served.head("POST /predict", "Transfer-Encoding: chunked") + "5\r\n";
    String between = "\r\n%x\r\n".formatted(png.length - 5);
    String answer =
        served.raw(
            Served.latin(head),
            Arrays.copyOf(png, 5),
            Served.latin(between),
            Arrays.copyOfRange(png, 5, png.length),
            Served.latin("\r\n0\r\n\r\n"));
    assertThat(Served.body(answer)).isEqualTo(json(served.classifier.classify(Served.picture(6))));
  }

  @Test
  void predict_severalOnOneConnection_keepsItOpen() throws IOException {
    try (Socket socket = served.connect()) {
      for (int seed = 0; seed < 3; seed++) {
        byte[] png = Served.png(seed);
        String head = served.head("POST /predict", "Content-Length: " + png.length);
        socket.getOutputStream().write(Served.latin(head));
        socket.getOutputStream().write(png);
        assertThat(Served.body(Served.answer(socket)))
            .isEqualTo(json(served.classifier.classify(Served.picture(seed))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2",
        "/models",
        "/openapi.json"
      })
  void head_ofWhatGetAnswers_isTheSameWithoutABody(String path) throws IOException {
    String get = served.get(path);
    String head = head(served, path);
    assertThat(Served.status(head)).isEqualTo(Served.status(get)).isEqualTo(200);
    assertThat(head)
        .containsIgnoringCase("Content-Type: application/json")
        .containsIgnoringCase("Content-Length: " + Served.body(get).length() + "\r\n");
    assertThat(Served.body(head)).isEmpty();
  }

  @Test
  void head_whatIsNotGet_is405_andTheLogCountsNoBytes() throws Exception {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (Served own = new Served(Served.LIMITS, "", AccessLog.to(log))) {
      String answer = head(own, "/predict");
      assertThat(Served.status(answer)).isEqualTo(405);
      assertThat(answer).contains("Allow: POST\r\n");
      head(own, "/health");
    }
    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("\"method\":\"HEAD\",\"path\":\"/health\",\"status\":200,\"bytes\":0,");
  }

  private static String head(Served server, String path) throws IOException {
    return server.raw(server.head("HEAD " + path, "Connection: close"));
  }

  @Test
  void health_andMetrics_tellHowItGoes() throws Exception {
    served.post(Served.png(1));
    assertThat(Served.body(served.get("/health"))).startsWith(Served.HEALTHY);
    String metrics = "";
    for (int i = 0; i < 200 && !metrics.contains("status=\"200\"} "); i++) {
      Thread.sleep(10); // a request is counted a moment after its client has the answer
      metrics = Served.body(served.get("/metrics"));
    }
    assertThat(metrics)
        .containsPattern("fovea_requests_total\\{path=\"/predict\",status=\"200\"} [1-9]")
        .containsPattern("(?m)^fovea_predict_seconds_bucket\\{le=\"\\+Inf\"} [1-9][0-9]*$")
        .containsPattern("(?m)^fovea_batch_images_count [1-9][0-9]*$")
        .containsPattern("(?m)^fovea_requests_in_flight [1-9][0-9]*$")
        .containsPattern("(?m)^fovea_heap_used_bytes [0-9]+$");
    assertThat(metrics.lines())
        .allMatch(
            line ->
                line.startsWith("# ")
                    || line.matches(
                        "[a-z_]+(\\{[a-z]+=\"[^\"]+\"(,[a-z]+=\"[^\"]+\")?})? [0-9.E+-]+"));
  }

  @Test
  void predict_manyClients_eachGetsItsOwn() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int seed = 0; seed < 16; seed++) {
      expected.add(json(served.classifier.classify(Served.picture(seed))));
    }
    try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int k = 0; k < 320; k++) {
        byte[] png = Served.png(k % 16);
        answers.add(clients.submit(() -> Served.body(served.post(png))));
      }
      for (int k = 0; k < answers.size(); k++) {
        assertThat(answers.get(k).get()).isEqualTo(expected.get(k % 16));
      }
    }
  }

  @Test
  void stop_whileABodyIsBeingSent_answersItFirst() throws Exception {
    Served own = new Served(Served.LIMITS, "");
    byte[] png = Served.png(2);
    String expected = json(own.classifier.classify(Served.picture(2)));
    try (Socket socket = own.connect();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      String head = own.head("POST /predict", "Content-Length: " + png.length);
      socket.getOutputStream().write(Served.latin(head));
      socket.getOutputStream().write(png, 0, 20);
      Thread.sleep(200);
      Future<Boolean> stopped = other.submit(own.server::stop);
      Thread.sleep(200);
      assertThat(stopped.isDone()).isFalse();
      assertThat(Served.status(own.get("/health"))).as("for those who balance").isEqualTo(503);
      socket.getOutputStream().write(png, 20, png.length - 20);
      assertThat(Served.body(Served.answer(socket))).isEqualTo(expected);
      assertThat(stopped.get()).isTrue();
    }
    assertThatThrownBy(own::connect).isInstanceOf(IOException.class);
    own.close();
  }

  /** A request that was accepted, and whose sender takes too long, was not answered. */
  @Test
  void stop_whileABodyIsIncomplete_returnsFalse() throws Exception {
    Limits hurried = new Limits(100_000, 8, Duration.ofMillis(600), 1_000_000);
    Served own = new Served(hurried, "");
    try (Socket socket = own.connect()) {
      String head = own.head("POST /predict", "Content-Length: 500");
      socket.getOutputStream().write(Served.latin(head + "abc"));
      while (!Served.body(own.get("/metrics")).contains("fovea_requests_in_flight 2\n")) {
        Thread.sleep(5);
      }
      assertThat(own.server.stop()).isFalse();
      assertThat(Served.answer(socket)).isEmpty();
    }
    own.close();
  }

  @Test
  void health_slowKernels_namesProblemAndCure() {
    KernelCheck slow = new KernelCheck(KernelSet.VECTOR, 16, 16, "vectors are objects", "use C2");
    assertThat(PredictionServer.health(slow, true))
        .isEqualTo(
            Map.of("status", "degraded", "problem", "vectors are objects", "cure", "use C2"));
  }
}
