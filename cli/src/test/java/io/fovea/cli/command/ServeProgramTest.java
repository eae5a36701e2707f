package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.FoveaProcess;
import io.fovea.cli.LocalConnection;
import io.fovea.cli.screen.Json;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/** The program of docs/serving.md is one, and its server answers like that of the command. */
@Tag("gate")
@Isolated
@Timeout(300)
public class ServeProgramTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(// Serve\\.java\n.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  /** The page's program, on a free port. */
  private Path program() throws IOException {
    Matcher page = PROGRAM.matcher(Files.readString(Path.of("../docs/serving.md")));
    assertThat(page.find()).isTrue();
    assertThat(page.group(1)).contains(".port(8080)", "Path.of(\"digits.safetensors\")");
    return Files.writeString(
        folder.resolve("Serve.java"), page.group(1).replace(".port(8080)", ".port(0)"));
  }

  private static List<String> answers(LocalConnection client, byte[] png) throws IOException {
    List<String> answers = new ArrayList<>();
    for (String path : List.of("/health", "/v2", "/v2/models/digits", "/v2/health/ready")) {
      answers.add(text(path, client.get(path)));
    }
    answers.add(text("/models", client.get("/models")).replaceAll("[0-9T:.-]+Z", "TIME"));
    answers.add(text("/predict", client.post("/predict", png)));
    answers.add(text("/predict?top=2", client.post("/predict?top=2", png)));
    answers.add(
        text(
            "infer",
            client.post(
                "/v2/models/digits/infer",
                "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,1,12,12],\"datatype\":\"UINT8\",\"data\":[%s9]}]}"
                    .formatted("9,".repeat(143))
                    .getBytes(StandardCharsets.UTF_8))));
    return answers;
  }

  private static String text(String path, LocalConnection.Answer answer) {
    assertThat(answer.status()).as("%s: %s", path, answer.text()).isEqualTo(200);
    return path + " " + answer.headers().get("content-type") + " " + answer.text();
  }

  /** The document, whose keys have an order of each process's own. */
  private static JsonNode openApi(LocalConnection client) throws IOException {
    return Json.read(client.get("/openapi.json").text());
  }

  private static String refusal(LocalConnection client) throws IOException {
    LocalConnection.Answer answer = client.post("/predict", new byte[7]);
    return answer.status() + answer.text();
  }

  @Test
  void server_ofTheProgram_answersLikeTheCommand() throws Exception {
    List<String> own = FoveaProcess.command(List.of("-Xmx256m"), List.of());
    List<String> library = new ArrayList<>(own.subList(0, own.indexOf("io.fovea.cli.Fovea")));
    library.add(program().toString());
    assertAnswersLikeTheCommand(folder, library);
  }

  /**
   * Compares a program's server with {@code fovea serve}.
   *
   * @param program serves {@code digits.safetensors} of the folder, which this makes, prints its
   *     address, and ends with its input
   */
  public static void assertAnswersLikeTheCommand(Path folder, List<String> program)
      throws Exception {
    Path model = folder.resolve("digits.safetensors");
    Models.write(Network.of(Zoo.POOLED.graph(Shape.of(1, 12, 12), 3), Initializer.he(), 1), model);
    byte[] pixels = new byte[144];
    for (int i = 0; i < 144; i++) {
      pixels[i] = (byte) (i * 7);
    }
    byte[] png = Images.png(Image.of(1, 12, 12, pixels));
    Path log = folder.resolve("command.log");
    try (FoveaProcess.Server command =
            FoveaProcess.serve(List.of("-Xmx256m"), log, "serve %s", model);
        FoveaProcess.Server own = FoveaProcess.Server.of(program, folder.resolve("program.log"));
        LocalConnection first = command.connect();
        LocalConnection second = own.connect()) {
      assertThat(answers(second, png)).isEqualTo(answers(first, png));
      assertThat(openApi(second)).isEqualTo(openApi(first));
      assertThat(refusal(second)).isEqualTo(refusal(first)).startsWith("415{\"error\":\"");
      own.process().getOutputStream().close(); // as Enter
      assertThat(own.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(own.process().exitValue()).isZero();
    }
  }
}
