package io.fovea.replay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The module is a library: it knows what it is made of, and nothing that prints or serves. */
class ReplayArchitectureTest {
  private static JavaClasses mainClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Replay.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void module_dependsOnCoreAndFormatAlone() {
    classes()
        .that()
        .resideInAPackage("io.fovea.replay")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.fovea.replay",
            "io.fovea.dataset",
            "io.fovea.file",
            "io.fovea.format",
            "io.fovea.inference",
            "io.fovea.kernel",
            "io.fovea.layer",
            "io.fovea.loss",
            "io.fovea.metrics",
            "io.fovea.network",
            "io.fovea.network.execution",
            "io.fovea.optim",
            "io.fovea.parallel",
            "io.fovea.preprocessing",
            "io.fovea.random",
            "io.fovea.run",
            "io.fovea.tensor",
            "io.fovea.train",
            "io.fovea.train.step",
            "java..",
            "org.jspecify..")
        .check(mainClasses());
  }
}
