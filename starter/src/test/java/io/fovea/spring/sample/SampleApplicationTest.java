package io.fovea.spring.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.layer.KernelCheck;
import io.fovea.spring.Model;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The application of docs/spring-boot.md, asked over HTTP; and its text, held against its file. */
class SampleApplicationTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static ConfigurableApplicationContext application;
  private static String address = "";

  @BeforeAll
  static void start() {
    application =
        SpringApplication.run(
            SampleApplication.class,
            "--server.port=0",
            "--fovea.model=classpath:" + Model.NAME,
            "--fovea.warm-up=100ms",
            "--management.endpoint.health.show-details=always",
            "--management.endpoints.web.exposure.include=health,metrics");
    address = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  private static HttpResponse<String> classify(byte[] body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(address + "/classify"))
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(address + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void classify_pictureOfASeven_isASeven() throws Exception {
    HttpResponse<String> answer = classify(Model.picture(7));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"label\":\"7\"").contains("\"probability\":0.9");
  }

  @Test
  void classify_noPicture_isRefusedWithTheReason() throws Exception {
    HttpResponse<String> refusal = classify("no picture".getBytes(StandardCharsets.US_ASCII));
    assertThat(refusal.statusCode()).isEqualTo(400);
    assertThat(refusal.body()).contains("upload").contains("expects a PNG, JPEG, BMP or GIF file");
  }

  @Test
  void health_ofTheApplication_isWhatTheKernelsAre() throws Exception {
    HttpResponse<String> health = get("/actuator/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains("\"fovea\":")
        .contains("\"kernels\":\"vector\"")
        .contains("\"input\":\"1x28x28\"")
        .contains("\"classes\":10");
    if (KernelCheck.now().problem().isEmpty()) {
      assertThat(health.body()).contains("\"status\":\"UP\"").doesNotContain("DEGRADED");
    }
  }

  @Test
  void metrics_afterACall_haveIt() throws Exception {
    classify(Model.picture(3));
    assertThat(get("/actuator/metrics").body())
        .contains("fovea.inference")
        .contains("fovea.batch.size")
        .contains("fovea.queue.size");
    assertThat(get("/actuator/metrics/fovea.batch.size").body())
        .contains("\"baseUnit\":\"images\"")
        .doesNotContain("\"statistic\":\"COUNT\",\"value\":0.0");
  }

  @Test
  void document_program_isThisOne() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/fovea/spring/sample/SampleApplication.java"));
    int begin = source.indexOf("// begins\n") + "// begins\n".length();
    assertThat(Files.readString(Path.of("../docs/spring-boot.md")))
        .contains(source.substring(begin, source.indexOf("// ends")));
  }
}
