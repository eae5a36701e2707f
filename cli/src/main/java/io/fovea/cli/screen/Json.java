package io.fovea.cli.screen;

import io.fovea.file.DisplayText;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON for results, the run's configuration and its metrics. */
public final class Json {
  private static final JsonMapper COMPACT = JsonMapper.builder().build();
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  /**
   * One line without terminal control characters: Jackson escapes fewer than {@link DisplayText}.
   */
  public static String line(Object value) {
    return DisplayText.of(COMPACT.writeValueAsString(value));
  }

  /** Indented text, for people. */
  public static String pretty(Map<String, ?> value) {
    return PRETTY.writeValueAsString(value) + "\n";
  }

  /** Parses a text into a tree. */
  public static JsonNode read(String text) {
    return COMPACT.readTree(text);
  }
}
