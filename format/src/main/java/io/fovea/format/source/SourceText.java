package io.fovea.format.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;

/** Pieces of Java source: texts from resources, literals. */
final class SourceText {
  private SourceText() {}

  /**
   * The text of a resource with its ${names} replaced, and without the lines from {@code //#if
   * name} to {@code //#end} where there is no such name; for {@code !name} where there is one.
   */
  static String filled(String resource, Map<String, String> values) {
    String all;
    try (InputStream in = SourceText.class.getResourceAsStream(resource + ".java.txt")) {
      all = new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("java source: cannot read the resource " + resource, e);
    }
    StringBuilder text = new StringBuilder();
    Deque<Boolean> shown = new ArrayDeque<>();
    for (String line : all.split("\n", -1)) {
      if (line.startsWith("//#if ")) {
        String name = line.substring("//#if ".length());
        shown.push(values.containsKey(name.replace("!", "")) != name.startsWith("!"));
      } else if (line.equals("//#end")) {
        shown.pop();
      } else if (!shown.contains(false)) {
        text.append(line).append('\n');
      }
    }
    String result = text.substring(0, text.length() - 1); // behind the last line is no other
    for (Map.Entry<String, String> value : values.entrySet()) {
      result = result.replace("${" + value.getKey() + "}", value.getValue());
    }
    return result;
  }

  /**
   * A string literal in ASCII. A Unicode escape stands for its character before a line is parsed,
   * so quotes and ends of lines are octal, and so is what begins a placeholder.
   */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int k = 0; k < text.length(); k++) {
      char each = text.charAt(k);
      boolean isOctal = each < ' ' || each == '"' || each == '\\' || each == '$';
      String form = isOctal ? "\\%03o" : each > '~' ? "\\u%04x" : "%c";
      literal.append(form.formatted(isOctal || each > '~' ? (int) each : each));
    }
    return literal.append('"').toString();
  }

  static String literal(Object value) {
    boolean isInfinite = value instanceof Float number && number.isInfinite();
    return isInfinite
        ? (float) value > 0 ? "1 / 0f" : "-1 / 0f"
        : value + (value instanceof Float ? "f" : "");
  }
}
