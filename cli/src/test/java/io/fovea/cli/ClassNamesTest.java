package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A simple class name has one meaning in the whole project, so that a reader who meets it knows
 * which class it is. {@code bench/rivals} is a project of its own and is not looked at.
 */
class ClassNamesTest {
  private static final Path PROJECT = Path.of("..");

  /** The files of each top-level class whose name more than one file has. */
  private static Map<String, Set<String>> repeated(Path project) throws IOException {
    Map<String, Set<String>> files = new TreeMap<>();
    try (Stream<Path> modules = Files.list(project)) {
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          collect(project, sources, files);
        }
      }
    }
    assertThat(files).as("all classes").hasSizeGreaterThan(800);
    files.values().removeIf(each -> each.size() == 1);
    return files;
  }

  private static void collect(Path project, Path sources, Map<String, Set<String>> files)
      throws IOException {
    try (Stream<Path> paths = Files.walk(sources)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(".java") && !name.endsWith("-info.java")) {
          files
              .computeIfAbsent(name.replace(".java", ""), key -> new TreeSet<>())
              .add(project.relativize(path).toString());
        }
      }
    }
  }

  @Test
  void mainCode_classNames_areUnique() throws IOException {
    assertThat(repeated(PROJECT))
        .as("one name has one meaning: give one of the classes the field's term (CONTRIBUTING.md)")
        .isEmpty();
  }
}
