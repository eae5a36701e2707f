package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The modules of the pages import each other in one direction only. */
class ImportsTest {
  private static final Path WEB = Path.of("src/main/resources/io/fovea/studio/web");

  /** Static imports and exports, and those by a call: {@code from './a.js'}. */
  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import|import\\()\\s*['\"](\\.{1,2}/[^'\"]+\\.js)['\"]");

  private static Map<String, List<String>> imports() throws IOException {
    Map<String, List<String>> imports = new TreeMap<>();
    try (Stream<Path> files = Files.walk(WEB)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".js")).toList()) {
        List<String> names =
            IMPORT
                .matcher(Files.readString(file))
                .results()
                .map(found -> file.resolveSibling(found.group(1)).normalize())
                .map(found -> name(found))
                .toList();
        imports.put(name(file), names);
      }
    }
    return imports;
  }

  private static String name(Path file) {
    return WEB.relativize(file).toString().replace('\\', '/');
  }

  /** Modules that import each other, in a circle; those that lead to none are taken away first. */
  private static List<String> circles(Map<String, List<String>> imports) {
    Map<String, List<String>> left = new TreeMap<>(imports);
    while (left.values().removeIf(names -> names.stream().noneMatch(left::containsKey))) {}
    return new ArrayList<>(left.keySet());
  }

  @Test
  void modules_importEachOtherInOneDirection() throws IOException {
    Map<String, List<String>> imports = imports();
    assertThat(imports.get("inside/workings.js")).contains("inside/numbers.js", "api.js");
    assertThat(imports.values().stream().flatMap(List::stream))
        .as("imports of modules that exist")
        .hasSizeGreaterThan(50)
        .isSubsetOf(imports.keySet());
    assertThat(circles(imports)).as("modules in a circle, or that need one").isEmpty();
  }

  @Test
  void aCircle_isFound() {
    assertThat(
            circles(
                Map.of(
                    "a.js", List.of("b.js"),
                    "b.js", List.of("c.js", "d.js"),
                    "c.js", List.of("b.js"),
                    "d.js", List.of())))
        .containsExactly("a.js", "b.js", "c.js");
  }
}
