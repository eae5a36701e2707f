package io.fovea.golden;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files under golden/: numbers computed by PyTorch in float64, unrounded. */
public final class Golden {
  private static final List<GoldenCase> LAYERS =
      Stream.of("layers.json", "imported.json")
          .flatMap(file -> json(file).get("cases").valueStream())
          .map(GoldenCase::new)
          .toList();

  private Golden() {}

  static byte[] bytes(String file) {
    try (InputStream stream =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + file), file)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String file) {
    return JsonMapper.shared().readTree(bytes(file));
  }

  public static GoldenArray array(JsonNode node) {
    return new GoldenArray(node);
  }

  /** Every case of layers.json, and of imported.json, which imported.py beside it writes. */
  public static List<GoldenCase> layers() {
    return LAYERS;
  }

  public static Stream<GoldenCase> layers(String op) {
    return layers().stream().filter(golden -> golden.op().equals(op));
  }
}
