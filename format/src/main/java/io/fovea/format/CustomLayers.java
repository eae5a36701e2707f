package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.layer.Layer;
import io.fovea.network.DidYouMean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

  /** The registered type names, sorted. */
  Collection<String> types() {
    return List.copyOf(factories.keySet());
  }

  /** Makes a layer; an exception of the factory is reported as an error of the file. */
  Layer.Custom make(String place, String type, Map<String, Object> attributes)
      throws FormatException {
    Function<Map<String, Object>, Layer.Custom> factory = factories.get(type);
    if (factory == null) {
      throw unknown(place, type);
    }
    Layer.Custom layer;
    try {
      layer = factory.apply(attributes);
    } catch (RuntimeException refused) {
      throw new FormatException(
          "%s: the custom layer %s refuses its attributes %s: %s"
              .formatted(
                  place,
                  Quotation.of(type),
                  Quotation.plain(attributes.toString()),
                  Quotation.plain(String.valueOf(refused.getMessage()))),
          refused);
    }
    if (!layer.type().equals(type)) {
      throw new FormatException(
          "%s: the factory registered for %s made a layer of type %s; register it under that name"
              .formatted(place, Quotation.of(type), Quotation.of(layer.type())));
    }
    return layer;
  }

  private FormatException unknown(String place, String type) {
    List<String> known = new ArrayList<>(LayerJson.types());
    known.addAll(factories.keySet());
    return new FormatException(
        "%s: the layer %s is unknown%s; register a layer of your own with CustomLayers.with(type, factory)"
            .formatted(place, Quotation.of(type), DidYouMean.expected(type, known)));
  }
}
