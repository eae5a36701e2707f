package io.fovea.fuzz;

import static io.fovea.network.ConvOption.padding;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.format.NetworkDescription;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Small valid inputs of every target: those of format's tests, and what Fovea writes itself. */
final class Seeds {
  /** A longer input is not tried. */
  static final int LONGEST = 1 << 13;

  private static final Path RESOURCES = Path.of("../format/src/test/resources");

  private Seeds() {}

  /** The valid inputs of a target. */
  static List<byte[]> of(Target target) throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    switch (target) {
      case SAFETENSORS, CHECKPOINT -> {
        for (byte[] file : List.of(model(), checkpoint())) {
          seeds.add(file);
          seeds.add(Framing.ofSafetensors(file));
        }
      }
      case PTH -> seeds.addAll(files("pytorch", ".pth"));
      case PICKLE -> {
        for (String name : List.of("small", "two", "views", "checkpoint", "protocol4")) {
          Path file = RESOURCES.resolve("pytorch").resolve(name + ".pth");
          seeds.addAll(Corpus.entries(file, "data.pkl"));
        }
      }
      case NETWORK_JSON -> seeds.addAll(descriptions());
      case ONNX -> {
        seeds.addAll(files("onnx", ".onnx"));
        seeds.addAll(files("io/fovea/format/onnx/models", ".onnx"));
      }
      case ONNX_RUN -> {
        seeds.addAll(files("onnx", ".onnx"));
        seeds.addAll(nodeCases(".onnx"));
      }
      case NPY -> seeds.addAll(files("onnx", ".npy"));
      case TENSOR_PROTO -> {
        seeds.addAll(files("onnx", ".pb"));
        seeds.addAll(nodeCases("/input_0.pb"));
      }
      case IDX_IMAGES, IDX_LABELS -> {
        byte[] file = idx(target == Target.IDX_IMAGES);
        seeds.add(file);
        seeds.add(gzip(file));
      }
      case PNG, PNG_CHUNKS -> seeds.addAll(pictures());
      case INFERENCE_JSON -> seeds.addAll(bodies());
      case RUN_CONFIG ->
          seeds.add(
              text("{\"fovea\":\"1\",\"data\":\"mnist\",\"flags\":{\"seed\":7,\"lr\":\"0.1\"}}"));
      case SORT_JOURNAL -> {
        String label = "{\"act\":\"label\",\"photo\":\"a/1.jpg\",\"class\":\"cat\"}\n";
        String before = "{\"act\":\"class\",\"class\":\"cat\"}\n";
        String after = "{\"act\":\"leave-out\",\"photo\":\"2.jpg\"}\n{\"act\":\"undo\"}\n{\"act";
        seeds.add(text(before + label + after));
      }
    }
    return seeds;
  }

  private static byte[] text(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> files(String folder, String suffix) throws IOException {
    try (Stream<Path> paths = Files.list(RESOURCES.resolve(folder))) {
      List<byte[]> files = new ArrayList<>();
      for (Path path : paths.filter(path -> path.toString().endsWith(suffix)).sorted().toList()) {
        files.add(Files.readAllBytes(path));
      }
      return files;
    }
  }

  private static List<byte[]> nodeCases(String suffix) throws IOException {
    return Corpus.entries(RESOURCES.resolve("onnx/node-cases.zip"), suffix);
  }

  /** A network of few weights. */
  static Network network() {
    return Network.of(
        Network.input(1, 4, 4)
            .conv2d(2, 3, padding(1))
            .batchNorm2d()
            .relu()
            .maxPool2d(2)
            .flatten()
            .dense(2)
            .graph(),
        Initializer.he(),
        7);
  }

  private static byte[] model() throws IOException {
    Path file = Files.createTempFile("fuzz", ".safetensors");
    Models.write(network(), file);
    return Files.readAllBytes(file);
  }

  private static byte[] checkpoint() throws IOException {
    Network network = network();
    Map<String, float[]> slots = new TreeMap<>();
    network.graph().weights().stream()
        .filter(weight -> weight.parameter().role().isTrained())
        .forEach(
            weight ->
                slots.put(weight.name() + "/velocity", network.weights().values(weight.name())));
    Optional<EpochReport.Score> score = Optional.of(new EpochReport.Score(0.5, 0.1));
    Checkpoint checkpoint =
        new Checkpoint(
            network.weights(),
            "sgd",
            slots,
            new Checkpoint.Position(12, 2, 4, 0.3, 17, 32, 1.5),
            3,
            "12 images of 1x4x4, crc32c 00c0ffee",
            "vector 16",
            List.of(new EpochReport(1, 8, 1.5, 0.25, score, Optional.empty(), 2)),
            Map.of("loss", "mean squared error"),
            Optional.of(network.weights()),
            Optional.empty());
    Path file = Files.createTempFile("fuzz", ".safetensors");
    Checkpoints.write(checkpoint, network, file);
    return Files.readAllBytes(file);
  }

  private static List<byte[]> descriptions() {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(utf8(NetworkDescription.json(network())));
    for (Zoo zoo : Zoo.values()) {
      seeds.add(utf8(NetworkDescription.json(zoo.graph(Shape.of(3, 32, 32), 2))));
    }
    return seeds;
  }

  /** IDX files: three images of 2 by 2 pixels, or their labels. */
  static byte[] idx(boolean images) {
    return images
        ? new byte[] {
          0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1
        }
        : new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 9};
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static List<byte[]> pictures() throws IOException {
    byte[] pixels = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, -1};
    return List.of(Images.png(Image.of(1, 3, 4, pixels)), Images.png(Image.of(3, 2, 2, pixels)));
  }

  private static List<byte[]> bodies() {
    return Stream.of(
            "{\"id\": \"1\", \"inputs\": [{\"name\": \"input\", \"shape\": [1, 1, 2, 3], \"datatype\": \"FP32\", \"data\": [[[[0, 1, 2], [3, 4, 5]]]]}], \"outputs\": [{\"name\": \"probabilities\", \"parameters\": {\"classification\": 2}}]}",
            "{\"inputs\": [{\"name\": \"input\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"iVBORw0KGgo=\"]}], \"parameters\": {\"binary_data_output\": true}}",
            "{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 1, 2, 3], \"datatype\": \"UINT8\", \"parameters\": {\"binary_data_size\": 6}}]}\nabcdef")
        .map(Seeds::utf8)
        .toList();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
