package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.format.network.LayerJson;
import io.fovea.layer.Layer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The user-defined layers that a file may contain: type names, with a factory for the layer of a
 * type from its attributes. Files never name classes, so only layers that are registered here can
 * be made. In the attributes, texts are {@link String}, integers {@link Long}, other numbers {@link
 * Double}, and flags {@link Boolean}. Immutable.
 */
public final class CustomLayers {
  private static final CustomLayers NONE = new CustomLayers(Map.of());

  private final Map<String, Function<Map<String, Object>, Layer.Custom>> factories;

  private CustomLayers(Map<String, Function<Map<String, Object>, Layer.Custom>> factories) {
    this.factories = factories;
  }

  /** Only built-in layers. */
  public static CustomLayers none() {
    return NONE;
  }

  /**
   * These layers and one more.
   *
   * @param type the layer's {@link Layer#type()}
   * @param factory makes the layer from its attributes
   * @throws IllegalArgumentException if the type is taken
   */
  public CustomLayers with(String type, Function<Map<String, Object>, Layer.Custom> factory) {
    if (type.isBlank() || LayerJson.types().contains(type) || factories.containsKey(type)) {
      throw new IllegalArgumentException(
          "custom layers: the type %s is taken or empty; choose another, such as \"my_%s\""
              .formatted(Quotation.of(type), type));
    }
    Map<String, Function<Map<String, Object>, Layer.Custom>> more = new TreeMap<>(factories);
    more.put(type, factory);
    return new CustomLayers(more);
  }

  /** The factories by type, sorted. */
  Map<String, Function<Map<String, Object>, Layer.Custom>> factories() {
    return factories;
  }
}
