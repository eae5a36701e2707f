package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.LocalConnection;
import io.fovea.cli.LocalConnection.Answer;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.serve.PredictionServer;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/** 64 clients with 1,000 requests each, in both protocols, get what {@code fovea predict} says. */
@Tag("gate")
@Isolated
@Timeout(300)
class ManyClientsTest {
  private static final int CLIENTS = 64;
  private static final int REQUESTS = 1_000;
  private static final int PICTURES = 50;

  @TempDir Path folder;

  private final List<byte[]> files = new ArrayList<>();
  private final List<String> predicted = new ArrayList<>(); // as JSON, as POST /predict answers
  private final List<float[]> probabilities = new ArrayList<>();

  private Path model() throws IOException {
    Path file = folder.resolve("digits.safetensors");
    Models.write(Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1), file);
    return file;
  }

  /** What the command says of each picture. */
  private void predict(Path model) throws IOException {
    Dataset digits = SmallData.digits();
    List<String> args = new ArrayList<>(List.of("predict", "--json", model.toString()));
    for (int k = 0; k < PICTURES; k++) {
      Path file = folder.resolve(k + ".png");
      Images.write(image(digits, k), file);
      files.add(Files.readAllBytes(file));
      args.add(file.toString());
    }
    CommandRun run = CommandRun.of(args);
    assertThat(run.exit()).as(run.err()).isZero();
    for (JsonNode each : Json.read(run.out())) {
      predicted.add(each.toString().replaceFirst("\"file\":\"[^\"]*\",", ""));
      float[] values = new float[10];
      for (int k = 0; k < 10; k++) {
        values[k] = (float) each.path("probabilities").path(Integer.toString(k)).doubleValue();
      }
      probabilities.add(values);
    }
  }

  private static Image image(Dataset digits, int index) {
    float[] values = new float[28 * 28];
    digits.pixels(index, values, 0);
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return Image.of(1, 28, 28, pixels);
  }

  private void askInOwnProtocol(LocalConnection client, int picture) throws IOException {
    Answer answer = client.post("/predict", files.get(picture));
    assertThat(answer.text()).isEqualTo(predicted.get(picture));
  }

  private void askInOpenProtocol(LocalConnection client, int picture) throws IOException {
    byte[] file = files.get(picture);
    byte[] json =
        """
        {"inputs":[{"name":"input","shape":[1],"datatype":"BYTES",
                    "parameters":{"binary_data_size":%d}}],
         "outputs":[{"name":"probabilities","parameters":{"binary_data":true}}]}"""
            .formatted(4 + file.length)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(json.length + 4 + file.length).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json).putInt(file.length).put(file);
    Answer answer =
        client.post(
            "/v2/models/digits/infer",
            body.array(),
            "Inference-Header-Content-Length: " + json.length);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    int from = Integer.parseInt(answer.headers().get("inference-header-content-length"));
    float[] values = new float[10];
    ByteBuffer.wrap(answer.body(), from, 40)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    assertThat(values).isEqualTo(probabilities.get(picture));
  }

  @Test
  void clients_64With1000Requests_getThePredictionsOfPredict() throws Exception {
    Path model = model();
    predict(model);
    try (PredictionServer server = PredictionServer.of(model).threads(2).port(0).start();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long begin = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (int c = 0; c < CLIENTS; c++) {
        int own = c;
        all.add(
            clients.submit(
                () -> {
                  try (LocalConnection client = new LocalConnection(server.port())) {
                    for (int k = 0; k < REQUESTS; k++) {
                      int picture = (own + k) % PICTURES;
                      if (k % 2 == 0) {
                        askInOwnProtocol(client, picture);
                      } else {
                        askInOpenProtocol(client, picture);
                      }
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get(); // throws what a client met
      }
      System.out.printf(
          "%,d requests of %d clients in %.1f s%n",
          CLIENTS * REQUESTS, CLIENTS, (System.nanoTime() - begin) * 1e-9);
    }
  }
}
