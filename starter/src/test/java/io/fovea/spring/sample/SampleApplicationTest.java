package io.fovea.spring.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelCheck;
import io.fovea.spring.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

/**
 * The application of docs/spring-boot.md, compiled from the page's text, and asked over HTTP. Other
 * tests have its first class as a file.
 */
class SampleApplicationTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Path PAGE = Path.of("../docs/spring-boot.md");
  private static final Pattern BLOCK =
      Pattern.compile("```java\n(package com\\.example;.*?)```", Pattern.DOTALL);

  @TempDir static Path folder;
  private static URLClassLoader classes;
  private static ConfigurableApplicationContext application;
  private static String address = "";

  @BeforeAll
  static void compileAndStart() throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-parameters", "-d", folder.toString(), "-proc:none", "-cp"));
    arguments.add(System.getProperty("java.class.path"));
    for (Map.Entry<String, String> source : blocks().entrySet()) {
      Path file = folder.resolve(source.getKey() + ".java");
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    assertThat(javac.run(null, said, said, arguments.toArray(String[]::new)))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
    classes = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    SpringApplication page =
        new SpringApplication(
            new DefaultResourceLoader(classes), classes.loadClass("com.example.SampleApplication"));
    application =
        page.run(
            "--server.port=0",
            "--fovea.model=classpath:" + Model.NAME,
            "--fovea.warm-up=100ms",
            "--management.endpoint.health.show-details=always",
            "--management.endpoints.web.exposure.include=health,metrics");
    address = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
  }

  /** The page's classes by their names. */
  private static Map<String, String> blocks() throws IOException {
    Map<String, String> blocks = new TreeMap<>();
    BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1))
        .forEach(text -> blocks.put(first(text, "public class (\\w+)"), text));
    assertThat(blocks).containsOnlyKeys("SampleApplication", "PhotoController");
    return blocks;
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  @AfterAll
  static void stop() throws IOException {
    application.close();
    classes.close();
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

  /** As a form sends it, and curl -F. */
  private static HttpResponse<String> upload(String field, byte[] file) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String head =
        "--limit\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
            .formatted(field);
    body.write(head.getBytes(StandardCharsets.US_ASCII));
    body.write(file);
    body.write("\r\n--limit--\r\n".getBytes(StandardCharsets.US_ASCII));
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(address + "/photos"))
            .header("Content-Type", "multipart/form-data; boundary=limit")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void upload_pictureOfASeven_isASeven() throws Exception {
    HttpResponse<String> answer = upload("photo", Model.picture(7));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"label\":\"7\"").contains("\"probability\":0.9");
  }

  @Test
  void upload_whatCannotBeUsed_isRefused() throws Exception {
    HttpResponse<String> refusal = upload("photo", new byte[1000]);
    assertThat(refusal.statusCode()).isEqualTo(400);
    assertThat(refusal.body()).contains("photo").contains("expects a PNG, JPEG, BMP or GIF file");
    assertThat(upload("other", Model.picture(7)).statusCode()).isEqualTo(400);
    assertThat(upload("photo", new byte[1 << 21]).statusCode())
        .as("more than a megabyte, the limit that the page names")
        .isEqualTo(413);
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
  void document_program_isTheOneOfOtherTests() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/fovea/spring/sample/SampleApplication.java"));
    assertThat(source.replaceFirst("package [^;]+", "package com.example"))
        .isEqualTo(blocks().get("SampleApplication"));
  }

  /** The dependencies are those that these tests have on their class path. */
  @Test
  void document_dependencies_areThoseOfThisModule() throws IOException {
    String page = Files.readString(PAGE);
    String module = Files.readString(Path.of("pom.xml"));
    String parent = Files.readString(Path.of("../pom.xml"));
    String version = first(parent, "<spring-boot.version>(.*?)<");
    for (String starter : List.of("spring-boot-starter-webmvc", "spring-boot-starter-actuator")) {
      String pattern = "<artifactId>%s</artifactId>[^\n]*\\s*<version>(.*?)<".formatted(starter);
      assertThat(first(page, pattern)).isEqualTo(version);
      assertThat(first(module, pattern)).isEqualTo("${spring-boot.version}");
    }
    assertThat(first(page, "<artifactId>fovea-spring-boot-starter</artifactId>\\s*<version>(.*?)<"))
        .isEqualTo(first(module, "<artifactId>fovea-parent</artifactId>\\s*<version>(.*?)<"));
    assertThat(module).contains("<artifactId>fovea-spring-boot-starter</artifactId>");
  }
}
