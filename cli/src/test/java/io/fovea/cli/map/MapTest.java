package io.fovea.cli.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * ARCHITECTURE.md and its map are true. After a change, {@code mvn test -pl cli -am -Dtest=MapTest
 * -Dfigures=write -Dsurefire.failIfNoSpecifiedTests=false} draws the map and README's badges anew;
 * look at them before they are committed.
 */
class MapTest {
  private static final Path PROJECT = Path.of("..");
  private static final Path IMAGES = PROJECT.resolve("docs/images");

  @Test
  void figures_areThoseOfTheBuild() throws Exception {
    Map<String, String> figures = new TreeMap<>(ProjectMap.badges());
    figures.put("map.svg", ProjectMap.svg());
    for (Map.Entry<String, String> figure : figures.entrySet()) {
      Path file = IMAGES.resolve(figure.getKey());
      if ("write".equals(System.getProperty("figures"))) {
        Files.writeString(file, figure.getValue());
      }
      assertThat(file).content().as("%s: see MapTest", file).isEqualTo(figure.getValue());
    }
    try (Stream<Path> files = Files.list(IMAGES)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .filteredOn(name -> name.endsWith(".svg"))
          .containsExactlyInAnyOrderElementsOf(figures.keySet());
    }
  }

  @Test
  void modules_ofTheirPoms_areTheArrows() throws Exception {
    Map<String, Set<String>> modules = ProjectMap.modules();
    assertThat(modules).hasSizeGreaterThan(10);
    assertThat(modules.get("core")).isEmpty();
    assertThat(modules.get("format")).as("what tests need is left out").containsExactly("core");
    assertThat(modules.get("studio")).containsExactly("core", "data", "format", "http", "transfer");
  }

  @Test
  void layout_ofADiamond_leavesOutWhatFollowsAndCrossesNothing() {
    Map<String, Set<String>> uses =
        Map.of(
            "top", Set.of("left", "right", "bottom"),
            "left", Set.of("bottom"),
            "right", Set.of("bottom"),
            "bottom", Set.of());
    LayeredGraph graph = new LayeredGraph(uses, name -> 50);
    assertThat(graph.edges()).hasSize(4);
    assertThat(graph.crossings()).isZero();
    assertThat(graph.rows()).extracting(row -> row.size()).containsExactly(1, 2, 1);
    LayeredGraph.Place left = graph.rows().get(1).getFirst();
    assertThat(graph.rows().get(1).getLast().x - left.x).isGreaterThanOrEqualTo(50);
  }

  @Test
  void layout_ofACycle_isRefused() {
    assertThatThrownBy(() -> new LayeredGraph(Map.of("a", Set.of("b"), "b", Set.of("a")), n -> 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("map: expected no cycle, got one through [a, b]");
  }

  /** Names in code spans with two capitals or more. */
  @Test
  void classes_namedOnThePages_exist() throws IOException {
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> files = Files.walk(PROJECT)) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".java"))
          .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
    }
    for (String page : new String[] {"ARCHITECTURE.md", "CONTRIBUTING.md"}) {
      String text = Files.readString(PROJECT.resolve(page)).replaceAll("(?s)```.*?```", "");
      Set<String> named = new TreeSet<>();
      Matcher code = Pattern.compile("`([^`\\n]+)`").matcher(text);
      while (code.find()) {
        Matcher name =
            Pattern.compile("\\b[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+\\b").matcher(code.group(1));
        while (name.find()) {
          named.add(name.group());
        }
      }
      assertThat(named).as(page).hasSizeGreaterThan(10).isSubsetOf(classes);
    }
  }
}
