package io.fovea.cli;

import com.sun.net.httpserver.HttpServer;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Random weights of mobilenet-v2 that {@code --pretrained imagenet} fetches from a server of this
 * machine: processes have another table of weights before the program's own on their class path,
 * with the address and the digits of a made file.
 */
public final class MadeWeights implements AutoCloseable {
  private static final Shape INPUT = Shape.of(3, 64, 64);
  private static final String FILE = "mobilenet_v2-made.pth";

  private final Path folder;
  private final Weights weights;
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer server;

  /** Keeps the table and the cache of weights in a folder. */
  public MadeWeights(Path folder) throws Exception {
    this.folder = folder;
    Graph graph = Zoo.MOBILENET_V2.graph(INPUT, 1000);
    this.weights = Weights.initial(graph, Initializer.he(), 1);
    byte[] file = file(graph, weights);
    this.server = server(file, requests);
    writeTable(file, server.getAddress().getPort());
  }

  public Weights weights() {
    return weights;
  }

  /** How often the file was fetched. */
  public int requests() {
    return requests.get();
  }

  /** Where processes keep what they have fetched. */
  public Path cache() {
    return folder.resolve("home/weights");
  }

  /** Starts a {@code fovea} command that knows these weights; what it prints is added to a file. */
  public Process start(List<String> arguments, Path log) throws IOException {
    List<String> command = FoveaProcess.command(List.of("-Xmx512m"), arguments);
    int path = command.indexOf("-cp") + 1;
    command.set(path, folder.resolve("first") + File.pathSeparator + command.get(path));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FOVEA_HOME", folder.resolve("home").toString());
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
  }

  @Override
  public void close() {
    server.stop(0);
  }

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
}
