package io.fovea.run;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
import io.fovea.format.message.Quotation;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * How a run was started: its config.json. A text that is missing is empty.
 *
 * @param fovea the version
 * @param command train, or that of a cluster
 * @param startedIn the folder that relative paths start from
 * @param data the data set's name or path
 * @param cluster flags for a cluster; empty for a run in one process
 * @param audit what the run depended on besides: the fingerprint of its images (data), its kernels
 *     (kernels), the hash of the weights that it started with (start); empty before its first epoch
 */
public record RunConfig(
    String fovea,
    String command,
    String startedIn,
    String data,
    Map<String, String> flags,
    Map<String, String> cluster,
    Map<String, String> audit) {
  /** The configuration of a run that has none yet. */
  public static final RunConfig NONE = new RunConfig("", "", "", "", Map.of(), Map.of());

  /** The configuration of a run that has not begun. */
  public RunConfig(
      String fovea,
      String command,
      String startedIn,
      String data,
      Map<String, String> flags,
      Map<String, String> cluster) {
    this(fovea, command, startedIn, data, flags, cluster, Map.of());
  }

  public RunConfig withAudit(Map<String, String> facts) {
    return new RunConfig(fovea, command, startedIn, data, flags, cluster, facts);
  }

  /** Whether the run chooses among candidates, within a time limit. */
  public boolean isChoice() {
    return !flag("candidates").isEmpty();
  }

  private static final long LARGEST = 1 << 20;

  private static final String STARTED_IN = "startedIn";

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is damaged: the reason, as in "it is not a JSON object";
   *     for malformed JSON, the parser's exception is the cause
   */
  public static RunConfig read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IllegalArgumentException("it has more than 1 MB");
    }
    JsonValue config;
    try {
      config = StrictJson.read("config", Files.readString(file));
    } catch (CharacterCodingException other) {
      throw new IllegalArgumentException("it is not UTF-8 text", other);
    } catch (FormatException malformed) {
      throw malformed.getCause() == null
          ? new IllegalArgumentException("it is not a JSON object")
          : new IllegalArgumentException("it is not JSON", malformed.getCause());
    }
    if (!(config instanceof JsonValue.Members members)) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    Map<String, String> texts = texts(members.values());
    return new RunConfig(
        texts.getOrDefault("fovea", ""),
        texts.getOrDefault("command", ""),
        texts.getOrDefault(STARTED_IN, ""),
        texts.getOrDefault("data", ""),
        texts(members, "flags"),
        texts(members, "cluster"),
        texts(members, "audit"));
  }

  /** The members of an object within, which may be missing. */
  private static Map<String, String> texts(JsonValue.Members config, String name) {
    JsonValue value = config.values().get(name);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof JsonValue.Members members)) {
      throw new IllegalArgumentException("its \"" + name + "\" is no object");
    }
    return texts(members.values());
  }

  /** Members that are texts, numbers or flags; others are empty. */
  private static Map<String, String> texts(Map<String, JsonValue> members) {
    Map<String, String> texts = new LinkedHashMap<>();
    members.forEach((name, member) -> texts.put(name, text(member)));
    return texts;
  }

  /** Data, models and folders are named by texts that the JDK must take as paths. */
  private static String text(JsonValue value) {
    String text =
        switch (value) {
          case JsonValue.Text written -> written.value();
          case JsonValue.Numeral number -> number.text();
          case JsonValue.Flag flag -> Boolean.toString(flag.value());
          default -> "";
        };
    if (text.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "it has a text with NUL or half a surrogate pair, which no name of a file has");
    }
    return text;
  }

  public String json() {
    return StrictJson.pretty(
        json -> {
          json.writeStringProperty("fovea", fovea);
          json.writeStringProperty("command", command);
          json.writeStringProperty(STARTED_IN, startedIn);
          json.writeStringProperty("data", data);
          object(json, "flags", flags);
          if (!cluster.isEmpty()) {
            object(json, "cluster", cluster);
          }
          if (!audit.isEmpty()) {
            object(json, "audit", audit);
          }
        });
  }

  private static void object(JsonGenerator json, String name, Map<String, String> texts) {
    json.writeObjectPropertyStart(name);
    texts.forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  /**
   * The step behind which a fork began; 0 if it is not recorded.
   *
   * @throws IllegalArgumentException if it is no number: the reason, as those of {@link #read}
   */
  public long startStep() {
    String text = audit.getOrDefault("startStep", "0");
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "its audit.startStep is no number of a step: " + Quotation.of(text));
    }
    return Long.parseLong(text);
  }

  /** A flag; empty if the run has none of that name. */
  public String flag(String name) {
    return flags.getOrDefault(name, "");
  }

  /**
   * The path of a file or folder that the run was started with: a relative path starts from the
   * folder in which the run was started, so that it can be resumed from anywhere. If that no longer
   * exists (a project was moved), it starts from the current folder.
   */
  public String path(String text) {
    Path then = Path.of(startedIn).resolve(text).normalize();
    return Files.exists(then) || !Files.exists(Path.of(text)) ? then.toString() : text;
  }
}
