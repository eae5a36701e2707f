package io.fovea.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Files of the repository that no build reads, held against those that one does. Here, since Spring
 * brings a parser of YAML.
 */
class RepositoryTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern PROFILE = Pattern.compile("-P([a-z,]+)");
  private static final Pattern MODULES = Pattern.compile("-pl ([a-z,/]+)");

  static List<Path> yamlFiles() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(".github"))) {
      return files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
    }
  }

  private static Map<?, ?> yaml(Path file) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    Object content = new Yaml(new SafeConstructor(strict)).load(Files.readString(file));
    assertThat(content).as("%s", file).isInstanceOf(Map.class);
    return (Map<?, ?>) content;
  }

  private static List<String> values(Object yaml, String key) {
    List<String> found = new ArrayList<>();
    if (yaml instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (name.equals(key) && !(value instanceof Map) && !(value instanceof List)) {
              found.add(String.valueOf(value));
            }
            found.addAll(values(value, key));
          });
    } else if (yaml instanceof List<?> list) {
      list.forEach(value -> found.addAll(values(value, key)));
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("yamlFiles")
  void yaml_ofTheHostingPlatform_isWellFormed(Path file) throws IOException {
    Map<?, ?> content = yaml(file);
    if (file.toString().contains("workflows")) {
      assertThat(content.keySet().stream().map(String::valueOf).toList())
          .contains("name", "permissions", "jobs");
      assertThat(values(content, "uses")).isNotEmpty().allMatch(use -> use.matches(".+@v\\d+"));
      assertThat(values(content, "timeout-minutes")).isNotEmpty();
    }
  }

  @Test
  void workflows_commands_areOnesOfThisProject() throws IOException {
    String parent =
        Files.readString(ROOT.resolve("pom.xml")) + Files.readString(ROOT.resolve("bom/pom.xml"));
    List<String> commands = new ArrayList<>();
    for (Path file : yamlFiles()) {
      commands.addAll(values(yaml(file), "run"));
      commands.addAll(values(yaml(file), "modules"));
    }
    assertThat(commands).anyMatch(run -> run.startsWith("mvn -B -ntp verify"));
    for (String command : commands) {
      Matcher profile = PROFILE.matcher(command);
      while (profile.find()) {
        assertThat(profile.group(1).split(",", -1))
            .as(command)
            .allMatch(name -> parent.contains("<id>" + name + "</id>"));
      }
      Matcher modules = MODULES.matcher(command);
      while (modules.find()) {
        assertThat(modules.group(1).split(",", -1))
            .as(command)
            .allMatch(module -> parent.contains("<module>" + module + "</module>"));
      }
      if (!command.matches("(mvn|-pl) .*")) {
        assertThat(command).startsWith("sudo -E ");
        assertThat(ROOT.resolve(command.substring("sudo -E ".length()))).isExecutable();
      }
    }
  }

  @Test
  void vectorModule_isNamedOnlyInTheFilesOfTheCompatibilityPage() throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path sources : modules.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(sources)) {
          collect(sources, named);
        }
      }
    }
    named.removeIf(file -> file.startsWith("core/src/main/java/io/fovea/kernel/vector/"));
    assertThat(named)
        .as("the rows of the table in docs/compatibility.md")
        .containsExactly(
            "core/src/main/java/io/fovea/kernel/KernelSet.java",
            "core/src/main/java/module-info.java");
    assertThat(Files.readString(ROOT.resolve("pom.xml"))).containsOnlyOnce("jdk.incubator.vector");
    assertThat(Files.readString(ROOT.resolve("docs/compatibility.md")))
        .contains("KernelSet.MODULE")
        .contains("fovea.vector.module");
  }

  private static void collect(Path sources, Set<String> named) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (Files.readString(file).contains("jdk.incubator.vector")) {
          named.add(ROOT.relativize(file).toString().replace('\\', '/'));
        }
      }
    }
  }
}
