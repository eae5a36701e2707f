package io.fovea.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Java source from templates, with names to fill in; literals. */
final class SourceText {
  /** Words of Java, and names that a written class uses or has. */
  static final Set<String> TAKEN =
      Set.of(
          "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null _ permits record sealed var yield Activation Arrays Blob Blobs BufferedInputStream ByteBuffer ByteOrder CRC32 CheckedInputStream DataInputStream DigitFraming Double EOFException Float Found IOException IllegalArgumentException InputStream Integer Layer Long Math Object Parameters Picture StrictMath String StringBuilder System computed crc in java numbers stated"
              .split(" ", -1));

  private static final Pattern NAME = Pattern.compile("\\$(\\w+)");

  private final Map<String, String> values = new HashMap<>();

  SourceText put(String name, Object value) {
    values.put(name, String.valueOf(value));
    return this;
  }

  /** A part of the templates with its values, see {@link Templates}. */
  String filled(String template) {
    StringBuilder text = new StringBuilder();
    Deque<Boolean> shown = new ArrayDeque<>();
    for (String line : Templates.part(template).text().split("\n", -1)) {
      String mark = line.strip();
      if (mark.startsWith("// #if ")) {
        String name = mark.substring("// #if ".length());
        shown.push(values.containsKey(name.replace("!", "")) != name.startsWith("!"));
      } else if (mark.equals("// #end")) {
        shown.pop();
      } else if (!shown.contains(false)) {
        text.append(line.replaceFirst("^( *)// : ", "$1")).append('\n');
      }
    }
    String filled = valued(text.toString()).replaceAll("(?m)^ +$", "");
    return filled.replaceAll("\n{3,}", "\n\n").replaceAll("\n+(\n *}\n)", "$1");
  }

  /** Text with values for their names. */
  String valued(String text) {
    return NAME.matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
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
