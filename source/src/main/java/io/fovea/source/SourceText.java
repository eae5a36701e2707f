package io.fovea.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Java source from templates, with names to fill in; literals. */
final class SourceText {
  /** Words of Java, and names that a written class uses or has. */
  static final Set<String> TAKEN =
      Set.of(
          "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null _ permits record sealed var yield Activation Arrays Blob Blobs BufferedInputStream ByteBuffer ByteOrder CRC32 CheckedInputStream DataInputStream DigitFraming Double EOFException Float Found IOException IllegalArgumentException InputStream Integer Layer Long Math Object Parameters Picture StrictMath String StringBuilder System computed crc in java numbers stated"
              .split(" ", -1));

  private final Map<String, String> values = new HashMap<>();

  SourceText put(String name, Object value) {
    values.put(name, String.valueOf(value));
    return this;
  }

  /**
   * A part of templates.java.txt with its ${names} replaced, without the lines from {@code //#if
   * name} to {@code //#end} where there is no such name; for {@code !name} where there is one.
   */
  String filled(String template) {
    String all;
    try (InputStream in = SourceText.class.getResourceAsStream("templates.java.txt")) {
      all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("java source: cannot read the templates", e);
    }
    int at = all.indexOf("//## " + template + "\n");
    if (at < 0) {
      throw new IllegalStateException("java source: templates.java.txt has no part " + template);
    }
    String own = all.substring(all.indexOf('\n', at) + 1).split("//## ", 2)[0];
    StringBuilder text = new StringBuilder();
    Deque<Boolean> shown = new ArrayDeque<>();
    for (String line : own.split("\n", -1)) {
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
    return (value + (value instanceof Float ? "f" : "")).replace("Infinityf", "1 / 0f");
  }
}
