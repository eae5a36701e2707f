package io.fovea.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The templates of written classes, cut into parts. They are Java 8 sources in {@code
 * src/main/java8}, compiled there, and text here; the description of their package explains the
 * marks.
 */
final class Templates {
  private static final List<String> FILES =
      List.of(
          "$Class",
          "Pictures",
          "DigitSearch",
          "DigitStrokes",
          "Functions",
          "Convolutions",
          "Windows",
          "Norms");

  private static final Pattern IMPORT = Pattern.compile("import (static )?io\\.fovea\\..*");
  private static final Pattern WEIGHTS = Pattern.compile("// #weights (.*)\n");
  private static final Pattern METHOD =
      Pattern.compile("private (?:static )?[\\w\\[\\]]+ (\\w+)\\(([^)]*)\\) \\{");
  private static final Pattern PARAMETER = Pattern.compile("([\\w\\[\\]]+) (\\w+)");
  private static final Map<String, Part> PARTS = read();

  /** A part: its text, and the weights of the layer, empty where there are none. */
  record Part(String text, String weights) {
    /** The name of its first method. */
    String method() {
      return declaration().group(1);
    }

    /**
     * The call of its first method, with values for the arguments: those that have the parameters'
     * names, or the first row of a value where the method takes one row.
     */
    String call() {
      return PARAMETER
          .matcher(declaration().group(2))
          .results()
          .map(each -> "$" + each.group(2) + (each.group(1).equals("float[]") ? "[0]" : ""))
          .collect(Collectors.joining(", ", method() + "(", ");"));
    }

    private Matcher declaration() {
      Matcher matcher = METHOD.matcher(text);
      if (!matcher.find()) {
        throw new IllegalStateException("java source: a template has no method: " + text);
      }
      return matcher;
    }
  }

  private Templates() {}

  static Part part(String name) {
    Part part = PARTS.get(name);
    if (part == null) {
      throw new IllegalStateException("java source: the templates have no part " + name);
    }
    return part;
  }

  private static Map<String, Part> read() {
    Map<String, StringBuilder> texts = new HashMap<>();
    for (String file : FILES) {
      String name = "";
      for (String line : text("template/" + file + ".java").split("\n", -1)) {
        if (line.strip().startsWith("// ##")) {
          name = line.strip().substring("// ##".length()).strip();
        } else if (!IMPORT.matcher(line).matches()) {
          texts.computeIfAbsent(name, any -> new StringBuilder()).append(line).append('\n');
        }
      }
    }
    Map<String, Part> parts = new HashMap<>();
    texts.forEach(
        (name, text) -> {
          Matcher weights = WEIGHTS.matcher(text);
          String names = weights.find() ? weights.group(1) : "";
          String body = weights.replaceFirst("").replace("protected ", "private ");
          parts.put(name, new Part(body, names));
        });
    return parts;
  }

  private static String text(String resource) {
    try (InputStream in = Templates.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("java source: cannot read the templates", e);
    }
  }
}
