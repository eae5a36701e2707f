package io.fovea.spring.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fovea.kernel.KernelCheck;
import io.fovea.spring.Model;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The sample application in a JVM of its own: with other flags than it should have, or fewer jars.
 */
@Tag("gate")
class ProcessTest {
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  @TempDir Path folder;

  /** Starts the application and asks it once. */
  private HttpResponse<String> ask(
      List<String> flags, String classPath, HttpRequest.Builder request, String path)
      throws Exception {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath));
    command.add(SampleApplication.class.getName());
    command.addAll(
        List.of(
            "--server.port=0",
            "--fovea.model=" + Model.FILE,
            "--fovea.warm-up=0",
            "--management.endpoint.health.show-details=always"));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + port(process, log) + path);
      return client.send(request.uri(address).build(), HttpResponse.BodyHandlers.ofString());
    } finally {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static String port(Process process, Path log) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(Duration.ofMinutes(3));
    while (true) {
      String text = Files.readString(log);
      Matcher port = PORT.matcher(text);
      if (port.find()) {
        return port.group(1);
      }
      assertThat(process.isAlive()).as(text).isTrue();
      assertThat(Instant.now()).as(text).isBefore(end);
      Thread.sleep(50);
    }
  }

  /** With C1 only as spring-boot:run starts applications. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|\"kernels\":\"reference\"|start Java with --add-modules jdk.incubator.vector",
        "--add-modules jdk.incubator.vector -XX:MaxVectorSize=16 -XX:TieredStopAtLevel=4|\"lanes\":4|remove -XX:MaxVectorSize and -XX:UseAVX from the JVM's flags",
        "--add-modules jdk.incubator.vector -XX:TieredStopAtLevel=1|the JVM compiles with C1 only, so vectors are objects|-Dspring-boot.run.optimizedLaunch=false"
      })
  void health_withFlagsThatMakeItSlow_isDegradedWithTheCure(
      String flags, String problem, String cure) throws Exception {
    assumeThat(!flags.contains("MaxVector") || KernelCheck.now().processorLanes() > 4).isTrue();
    HttpResponse<String> health =
        ask(
            flags.isEmpty() ? List.of() : List.of(flags.split(" ", -1)),
            System.getProperty("java.class.path"),
            HttpRequest.newBuilder(),
            "/actuator/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains("\"status\":\"DEGRADED\"", problem, cure)
        .doesNotContain("\"status\":\"DOWN\"");
  }

  @Test
  void application_withoutActuatorAndMicrometer_classifies() throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(
                jar ->
                    !jar.matches(
                        ".*(actuator|spring-boot-health|spring-boot-micrometer|micrometer-(core|jakarta9)).*"))
            .collect(Collectors.joining(File.pathSeparator));
    HttpRequest.Builder picture =
        HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofByteArray(Model.picture(7)));
    assertThat(
            ask(List.of("--add-modules", "jdk.incubator.vector"), classPath, picture, "/classify")
                .body())
        .contains("\"label\":\"7\"");
  }
}
