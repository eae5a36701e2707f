package io.fovea.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A simple class name has one meaning in the whole project, so that a reader who meets it knows
 * which class it is. {@code bench/rivals} is a project of its own and is not looked at.
 */
class ClassNamesTest {
  private static final Path PROJECT = Path.of("..");

  /** MODULE/src/main/java/PACKAGE/NAME.java, each of main code. */
  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> modules = Files.list(PROJECT)) {
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files
                .filter(file -> file.toString().matches(".*(?<!-info)\\.java"))
                .forEach(file -> all.add(PROJECT.relativize(file)));
          }
        }
      }
    }
    assertThat(all).as("all classes").hasSizeGreaterThan(800);
    return all;
  }

  @Test
  void mainCode_classNames_areUnique() throws IOException {
    Map<Path, List<Path>> files =
        sources().stream().collect(groupingBy(file -> file.getName(file.getNameCount() - 1)));
    files.values().removeIf(each -> each.size() == 1);
    assertThat(files)
        .as("one name has one meaning: give one of the classes the field's term (CONTRIBUTING.md)")
        .isEmpty();
  }

  /** On the module path the JVM refuses two modules with one package. */
  @Test
  void packages_areInOneModule() throws IOException {
    Map<Path, Set<Path>> modules =
        sources().stream()
            .filter(file -> file.getNameCount() > 5)
            .collect(
                groupingBy(
                    file -> file.subpath(4, file.getNameCount() - 1),
                    mapping(file -> file.getName(0), toSet())));
    assertThat(modules)
        .hasSizeGreaterThan(50)
        .allSatisfy((folder, in) -> assertThat(in).as(folder.toString()).hasSize(1));
  }
}
