package io.fovea.format.json;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Reads JSON texts strictly, and writes them without spaces. */
public final class StrictJson {
  /** The deepest nesting, which bounds the recursion; this library writes less. */
  private static final int DEEPEST = 32;

  // Names of a hostile file must not fill Jackson's shared symbol table, so that is off.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private StrictJson() {}

  /** The bytes as text, or an error where they are not UTF-8. */
  public static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** A parser of a text; its methods throw {@link JacksonException}. */
  public static JsonParser parser(String text) {
    return FACTORY.createParser(ObjectReadContext.empty(), text);
  }

  /**
   * Reads a text.
   *
   * @param place the file and operation, for messages
   */
  public static JsonValue read(String place, String text) throws FormatException {
    try (JsonParser parser = parser(text)) {
      if (parser.nextToken() == null) {
        throw new FormatException(place + ": expects a JSON object, got an empty text; write one");
      }
      JsonValue value = value(parser);
      if (parser.nextToken() != null) {
        throw new FormatException(
            place + ": more text behind the end of the JSON object; remove it");
      }
      return value;
    } catch (JacksonException malformed) {
      throw new FormatException(
          place + ": not valid JSON, " + reason(malformed) + "; correct it there", malformed);
    }
  }

  /** What Jackson says for those who can set it otherwise. */
  private static final Pattern SETTINGS =
      Pattern.compile(
          " \\(start marker at \\[Source:[^]]*]\\)|: enable `[^`]*` to allow|, from `[^`]*`");

  /** What Jackson says and where, in one line. */
  public static String reason(JacksonException malformed) {
    TokenStreamLocation location = malformed.getLocation();
    String what = Quotation.plain(SETTINGS.matcher(malformed.getOriginalMessage()).replaceAll(""));
    return location == null
        ? what
        : "line %d, column %d: %s".formatted(location.getLineNr(), location.getColumnNr(), what);
  }

  private static JsonValue value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> items(parser);
      case VALUE_STRING -> new JsonValue.Text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Numeral(parser.getString());
      case VALUE_TRUE -> new JsonValue.Flag(true);
      case VALUE_FALSE -> new JsonValue.Flag(false);
      default -> new JsonValue.Nothing();
    };
  }

  private static JsonValue members(JsonParser parser) {
    Map<String, JsonValue> values = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      values.put(name, value(parser));
    }
    return new JsonValue.Members(values);
  }

  private static JsonValue items(JsonParser parser) {
    List<JsonValue> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(parser));
    }
    return new JsonValue.Items(values);
  }

  public static String object(Consumer<JsonGenerator> content) {
    return text(ObjectWriteContext.empty(), members(content));
  }

  /** The same indented, for people, with the end of the last line. */
  public static String pretty(Consumer<JsonGenerator> content) {
    return text(
            new ObjectWriteContext.Base() {
              @Override
              public PrettyPrinter getPrettyPrinter() {
                return new DefaultPrettyPrinter();
              }
            },
            members(content))
        + "\n";
  }

  private static Consumer<JsonGenerator> members(Consumer<JsonGenerator> content) {
    return json -> {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    };
  }

  /** Writes one value, which the content writes. */
  public static String text(Consumer<JsonGenerator> content) {
    return text(ObjectWriteContext.empty(), content);
  }

  private static String text(ObjectWriteContext context, Consumer<JsonGenerator> content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(context, text)) {
      content.accept(generator);
    }
    return text.toString();
  }
}
