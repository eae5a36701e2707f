package io.fovea.serve;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The module is a library: it knows models, pictures and HTTP, and nothing of commands. */
class ServeArchitectureTest {
  private static JavaClasses mainClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(
                  PredictionServer.class
                      .getProtectionDomain()
                      .getCodeSource()
                      .getLocation()
                      .toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void module_dependsOnlyOnWhatIsBelowIt() {
    classes()
        .that()
        .resideInAPackage("io.fovea.serve..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.fovea.serve..",
            "io.fovea.data",
            "io.fovea.data.base",
            "io.fovea.dataset",
            "io.fovea.file",
            "io.fovea.format..",
            "io.fovea.http",
            "io.fovea.inference",
            "io.fovea.kernel",
            "io.fovea.layer",
            "io.fovea.network",
            "io.fovea.preprocessing",
            "io.fovea.tensor",
            "com.sun.net.httpserver",
            "java..",
            "org.jspecify..",
            "tools.jackson..")
        .check(mainClasses());
  }

  /** Each room uses those before it alone; the server, with the public classes, is above all. */
  @Test
  void rooms_haveNoArrowUp_andAtMost25Files() {
    List<String> rooms = List.of(".web", ".model", ".predict", ".v2", "");
    JavaClasses classes = mainClasses();
    for (int i = 0; i < rooms.size() - 1; i++) {
      String[] above =
          rooms.stream().skip(i + 1).map(room -> "io.fovea.serve" + room).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("io.fovea.serve" + rooms.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(classes);
    }
    for (String room : rooms) {
      assertThat(classes.getPackage("io.fovea.serve" + room).getClasses())
          .as(room)
          .filteredOn(JavaClass::isTopLevelClass)
          .hasSizeBetween(1, 25);
    }
  }
}
