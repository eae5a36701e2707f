package io.fovea.cli.screen;

import io.fovea.file.DisplayText;
import io.fovea.tensor.Shape;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON for results, the run's configuration and its metrics. A record is an object of its
 * components in their order; an empty optional is left out, and null is null.
 */
public final class Json {
  private static final JsonMapper COMPACT = JsonMapper.builder().build();
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The name of a component where it is none in Java, such as class. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Key {
    String value();
  }

  /** The members of this record or map stand in the object itself. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Inline {}

  private Json() {}

  /**
   * One line without terminal control characters: Jackson escapes fewer than {@link DisplayText}.
   */
  public static String line(Object value) {
    return DisplayText.of(COMPACT.writeValueAsString(tree(value)));
  }

  private static @Nullable Object tree(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Record record -> object(record);
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        map.forEach((name, member) -> members.put(String.valueOf(name), tree(member)));
        yield members;
      }
      case Collection<?> all -> all.stream().map(Json::tree).toList();
      case Optional<?> one -> tree(one.orElse(null));
      case Shape shape -> shape.sizes();
      case Path path -> path.toString();
      default -> value;
    };
  }

  private static Map<String, @Nullable Object> object(Record record) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(record, component);
      Key key = component.getAnnotation(Key.class);
      if (component.isAnnotationPresent(Inline.class) && tree(value) instanceof Map<?, ?> own) {
        own.forEach((name, member) -> members.put(String.valueOf(name), member));
      } else if (!(value instanceof Optional<?> none && none.isEmpty())) {
        members.put(key == null ? component.getName() : key.value(), tree(value));
      }
    }
    return members;
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException hidden) {
      throw new IllegalStateException(component + ": cannot be read", hidden);
    }
  }

  public static String pretty(Map<String, ?> value) {
    return PRETTY.writeValueAsString(value) + "\n";
  }

  public static JsonNode read(String text) {
    return COMPACT.readTree(text);
  }
}
