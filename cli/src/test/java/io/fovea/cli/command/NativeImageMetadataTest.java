package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.PretrainedWeights;
import io.fovea.source.JavaSource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** What GraalVM's native-image is told: resources found by name, and the classes of commands. */
class NativeImageMetadataTest {
  private static String text(Class<?> of, String resource) throws IOException {
    try (InputStream in = of.getResourceAsStream("/META-INF/native-image/" + resource)) {
      assertThat(in).as(resource).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertGlobsMatch(String metadata, Path resources) throws IOException {
    List<String> globs =
        metadata
            .lines()
            .filter(line -> line.contains("glob"))
            .map(line -> line.replaceAll(".*\"glob\":\"([^\"]+)\".*", "$1"))
            .toList();
    try (Stream<Path> files = Files.walk(resources)) {
      assertThat(files.filter(Files::isRegularFile).map(resources::relativize))
          .filteredOn(file -> !file.startsWith("META-INF"))
          .isNotEmpty()
          .allMatch(
              file ->
                  globs.stream()
                      .anyMatch(
                          glob ->
                              FileSystems.getDefault()
                                  .getPathMatcher("glob:" + glob)
                                  .matches(file)));
    }
  }

  @Test
  void resources_areAllNamed() throws IOException {
    String file = "/reachability-metadata.json";
    assertGlobsMatch(
        text(FoveaCommand.class, "io.fovea/fovea-cli" + file), Path.of("src/main/resources"));
    assertGlobsMatch(
        text(PretrainedWeights.class, "io.fovea/fovea-data" + file),
        Path.of("../data/src/main/resources"));
    assertGlobsMatch(
        text(JavaSource.class, "io.fovea/fovea-source" + file),
        Path.of("../source/src/main/java8"));
  }

  @Test
  void commands_areAllNamedByTheAnnotationProcessor() throws IOException {
    String reflected =
        text(FoveaCommand.class, "picocli-generated/io.fovea/fovea-cli/reflect-config.json");
    assertThat(classes().filter(type -> type.isAnnotationPresent(Command.class)))
        .hasSizeGreaterThan(15)
        .allMatch(type -> reflected.contains("\"" + type.getName() + "\""));
  }

  /** JSON is made of the components of a command's records. */
  @Test
  void results_areAllNamed() throws IOException {
    String reflected = text(FoveaCommand.class, "io.fovea/fovea-cli/reachability-metadata.json");
    Set<String> noResults = Set.of("Group", "Rows", "Views");
    assertThat(classes().flatMap(type -> Stream.of(type.getDeclaredClasses())))
        .filteredOn(type -> type.isRecord() && !noResults.contains(type.getSimpleName()))
        .hasSizeGreaterThan(15)
        .allMatch(type -> reflected.contains("\"" + type.getName() + "\""));
  }

  private static Stream<Class<?>> classes() throws IOException {
    Path root = Path.of("src/main/java");
    try (Stream<Path> sources = Files.walk(root.resolve("io/fovea/cli/command"))) {
      List<Class<?>> all = new ArrayList<>();
      for (Path source : (Iterable<Path>) sources::iterator) {
        String name = root.relativize(source).toString().replace(File.separatorChar, '.');
        if (name.endsWith(".java") && !name.endsWith("-info.java")) {
          all.add(Class.forName(name.replace(".java", "")));
        }
      }
      return all.stream();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
