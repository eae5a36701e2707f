package io.fovea.format;

import io.fovea.layer.ActivationLayer;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/**
 * Activations in JSON: the components of their records by name, numbers and flags. A component that
 * is left out has the value that the constructor without arguments gives it; bounds that are not
 * finite and flags that have that value are left out when written.
 */
final class ActivationJson {
  private static final Map<String, ActivationLayer> USUAL = new LinkedHashMap<>();

  static {
    for (Class<?> kind : ActivationLayer.class.getPermittedSubclasses()) {
      ActivationLayer usual = (ActivationLayer) make(kind, new Class<?>[0], new Object[0]);
      USUAL.put(usual.type(), usual);
    }
  }

  private ActivationJson() {}

  /** The keys of each type. */
  static Map<String, List<String>> keys() {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    USUAL.forEach((type, usual) -> keys.put(type, names(usual)));
    return keys;
  }

  private static RecordComponent[] components(ActivationLayer layer) {
    return layer.getClass().getRecordComponents();
  }

  private static List<String> names(ActivationLayer layer) {
    return Arrays.stream(components(layer)).map(RecordComponent::getName).toList();
  }

  /** Writes a layer's facts into the present object. */
  static void write(JsonGenerator json, ActivationLayer layer) {
    for (RecordComponent component : components(layer)) {
      Object value = value(component, layer);
      if (value instanceof Float number && Float.isFinite(number)) {
        json.writeNumberProperty(component.getName(), number);
      } else if (value instanceof Boolean flag && !flag.equals(usual(component, layer.type()))) {
        json.writeBooleanProperty(component.getName(), flag);
      }
    }
  }

  /** Reads the facts of a type that {@link #keys} knows. */
  static ActivationLayer read(JsonObject node, String type) throws FormatException {
    ActivationLayer usual = USUAL.get(type);
    if (usual == null) {
      throw new IllegalStateException("no reader for " + type);
    }
    RecordComponent[] components = components(usual);
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      types[i] = components[i].getType();
      values[i] =
          value(components[i], usual) instanceof Float number
              ? LayerReader.decimalOr(node, name, "a number", number)
              : (Object) node.flag(name, (Boolean) value(components[i], usual));
    }
    return (ActivationLayer) make(usual.getClass(), types, values);
  }

  private static Object usual(RecordComponent component, String type) {
    return value(component, Objects.requireNonNull(USUAL.get(type), type));
  }

  private static Object value(RecordComponent component, Object layer) {
    try {
      return component.getAccessor().invoke(layer);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible); // a public accessor of an exported record
    }
  }

  private static Object make(Class<?> kind, Class<?>[] types, Object[] values) {
    try {
      Constructor<?> constructor = kind.getConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException reason) {
        throw reason; // the layer's own text
      }
      throw new IllegalStateException(refused);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(
          kind + ": an activation needs a public constructor without arguments", missing);
    }
  }
}
