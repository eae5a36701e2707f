package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fovea.cli.FoveaProcess;
import io.fovea.cli.SmallData;
import io.fovea.dataset.Framing;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code train --pretrained imagenet} from the address on, on a server of this machine: the process
 * has another table of weights before the program's own on its class path, with the address and the
 * digits of a made file.
 */
@Tag("gate")
@Timeout(120)
class PretrainedImagenetTest {
  private static final Shape INPUT = Shape.of(3, 64, 64);
  private static final String FILE = "mobilenet_v2-made.pth";

  @TempDir Path folder;

  /** Random weights as a file with torchvision's names; which form it has, its content says. */
  private static byte[] file(Graph graph, Weights weights) throws Exception {
    StringBuilder header = new StringBuilder("{");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Graph.Weight weight : graph.weights()) {
      if (weight.name().endsWith("num_batches_tracked")) {
        continue; // older files have none
      }
      float[] values = weights.values(weight.name());
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      List<Integer> sizes = new ArrayList<>();
      for (int size : weight.parameter().shape().sizes()) {
        sizes.add(size);
      }
      header.append(header.length() == 1 ? "" : ",");
      header.append(
          "\"%s.%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  weight.node().name().replace('_', '.'),
                  weight.parameter().name(),
                  sizes,
                  data.size(),
                  data.size() + bytes.capacity()));
      data.write(bytes.array());
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data.toByteArray())
        .array();
  }

  private static HttpServer server(byte[] file, AtomicInteger requests) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/models/" + FILE,
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, file.length);
          exchange.getResponseBody().write(file);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** The table of weights with the address and the digits of this file. */
  private void writeTable(byte[] file, int port) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
    Path table = folder.resolve("first/io/fovea/data/weights.txt");
    Files.createDirectories(table.getParent());
    Files.writeString(
        table,
        """
        imagenet-mobilenet-v2
          mobilenet-v2, made for a test
          %s %d %s
          http://127.0.0.1:%d/models/
          BSD-3-Clause
          Copyright Nobody
        """
            .formatted(FILE, file.length, HexFormat.of().formatHex(digest, 0, 4), port));
  }

  private String train(String out) throws Exception {
    List<String> command =
        FoveaProcess.command(
            List.of("-Xmx512m"),
            List.of(
                "train",
                folder.resolve("shapes").toString(),
                "--model=mobilenet-v2",
                "--pretrained=imagenet",
                "--image-size=64x64",
                "--out=" + folder.resolve(out)));
    int path = command.indexOf("-cp") + 1;
    command.set(path, folder.resolve("first") + File.pathSeparator + command.get(path));
    Path log = folder.resolve(out + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FOVEA_HOME", folder.resolve("home").toString());
    Process process = builder.redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(log);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void train_imagenet_fetchesOnceAndFitsTheLastLayer() throws Exception {
    SmallData.pictureFolder(folder.resolve("shapes"), 10);
    Graph graph = Zoo.MOBILENET_V2.graph(INPUT, 1000);
    Weights weights = Weights.initial(graph, Initializer.he(), 1);
    byte[] file = file(graph, weights);
    AtomicInteger requests = new AtomicInteger();
    HttpServer server = server(file, requests);
    try {
      writeTable(file, server.getAddress().getPort());
      assertThat(train("run"))
          .contains("imagenet-mobilenet-v2: fetching from http://127.0.0.1:")
          .contains("weights: imagenet-mobilenet-v2, mobilenet-v2, made for a test; ")
          .contains("licence BSD-3-Clause, Copyright Nobody (")
          .contains("mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225, centre crop")
          .contains("last layer: fitted to 1,280 features of ");
    } finally {
      server.stop(0);
    }
    assertThat(folder.resolve("home/weights/imagenet-mobilenet-v2/LICENSE.txt"))
        .content()
        .startsWith("Copyright Nobody\n\nBSD 3-Clause License");
    Network model = Models.load(folder.resolve("run/model.safetensors"));
    assertThat(model.labels()).containsExactly("bar", "cross", "ring");
    assertThat(model.preprocessing().mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(model.preprocessing().framing()).isEqualTo(Framing.CROP);
    for (String same : List.of("features_0_0.weight", "features_18_1.running_var")) {
      assertThat(model.weights().values(same)).isEqualTo(weights.values(same));
    }
    // The second time from the cache: the server is gone.
    assertThat(train("again")).doesNotContain("fetching from");
    assertThat(requests).hasValue(1);
    assertThat(folder.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("run/model.safetensors"));
  }
}
