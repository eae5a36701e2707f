package io.fovea.serve;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
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
        .resideInAPackage("io.fovea.serve")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.fovea.serve",
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
}
