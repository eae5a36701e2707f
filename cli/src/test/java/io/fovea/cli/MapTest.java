package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** ARCHITECTURE.md, its map and README's badges are true. */
class MapTest {
  private static final Path PROJECT = Path.of("..");

  static List<String> texts(String pom, String path) throws Exception {
    var document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(PROJECT.resolve(pom).toFile());
    var xpath = XPathFactory.newDefaultInstance().newXPath();
    var found = (NodeList) xpath.evaluate(path, document, XPathConstants.NODESET);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent().strip())
        .toList();
  }

  /** The modules that have code, each with those that its POM names outside of tests. */
  private static Map<String, Set<String>> modules() throws Exception {
    Map<String, Set<String>> modules = new TreeMap<>();
    Map<String, String> folders = new TreeMap<>();
    for (String module : new TreeSet<>(texts("pom.xml", "//modules/module"))) {
      folders.put(texts(module + "/pom.xml", "/project/artifactId").getFirst(), module);
    }
    folders.values().removeAll(Set.of("bom", "build", "docs"));
    String own = "//dependency[groupId='io.fovea'][not(scope='test')]/artifactId";
    for (String module : folders.values()) {
      Set<String> used = modules.computeIfAbsent(module, key -> new TreeSet<>());
      texts(module + "/pom.xml", own).forEach(artifact -> used.add(folders.get(artifact)));
    }
    return modules;
  }

  private static boolean reaches(Map<String, Set<String>> modules, String from, String to) {
    return modules.getOrDefault(from, Set.of()).stream()
        .anyMatch(on -> on.equals(to) || reaches(modules, on, to));
  }

  @Test
  void map_isThatOfThePoms() throws Exception {
    Map<String, Set<String>> modules = modules();
    List<String> arrows = new ArrayList<>();
    modules.forEach(
        (from, used) ->
            used.stream()
                .filter(to -> used.stream().noneMatch(other -> reaches(modules, other, to)))
                .forEach(to -> arrows.add(from + " --> " + to)));
    String page = Files.readString(PROJECT.resolve("ARCHITECTURE.md"));
    String map = page.split("```mermaid\nflowchart TD\n", -1)[1].split("```", -1)[0];
    assertThat(map.lines().map(String::strip)).containsExactlyInAnyOrderElementsOf(arrows);
  }

  @Test
  void badges_sayWhatThePomsSay() throws Exception {
    Map<String, String> badges =
        Map.of(
            "badge-licence.svg",
            texts("bom/pom.xml", "//license/name").getFirst(),
            "badge-java.svg",
            texts("pom.xml", "//maven.compiler.release").getFirst() + " or newer",
            "badge-native.svg",
            "none");
    for (Map.Entry<String, String> badge : badges.entrySet()) {
      Path file = PROJECT.resolve("docs/images").resolve(badge.getKey());
      assertThat(file).content().contains(">" + badge.getValue() + "</text>");
    }
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
    Pattern span = Pattern.compile("`([^`\\n]+)`");
    Pattern name = Pattern.compile("(?<!-XX:)\\b[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+\\b");
    for (String page : new String[] {"ARCHITECTURE.md", "CONTRIBUTING.md"}) {
      String text = Files.readString(PROJECT.resolve(page)).replaceAll("(?s)```.*?```", "");
      Set<String> named = new TreeSet<>();
      span.matcher(text)
          .results()
          .forEach(
              code -> name.matcher(code.group(1)).results().forEach(r -> named.add(r.group())));
      assertThat(named).as(page).hasSizeGreaterThan(10).isSubsetOf(classes);
    }
  }
}
