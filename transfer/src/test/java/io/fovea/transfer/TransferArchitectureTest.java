package io.fovea.transfer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The module is a library: it knows what it is made of, and nothing that prints or serves. */
class TransferArchitectureTest {
  private static JavaClasses mainClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Transfer.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void module_dependsOnCoreDataAndFormatAlone() {
    classes()
        .that()
        .resideInAPackage("io.fovea.transfer")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.fovea.transfer",
            "io.fovea.data",
            "io.fovea.data.base",
            "io.fovea.data.augment",
            "io.fovea.dataset",
            "io.fovea.file",
            "io.fovea.format",
            "io.fovea.format.json",
            "io.fovea.layer",
            "io.fovea.kernel",
            "io.fovea.loss",
            "io.fovea.metrics",
            "io.fovea.network",
            "io.fovea.preprocessing",
            "io.fovea.network.execution",
            "io.fovea.optim",
            "io.fovea.parallel",
            "io.fovea.random",
            "io.fovea.tensor",
            "io.fovea.train",
            "java..",
            "tools.jackson.core..",
            "org.jspecify..")
        .check(mainClasses());
  }
}
