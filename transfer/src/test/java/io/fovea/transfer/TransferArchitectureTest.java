package io.fovea.transfer;

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
        .resideInAPackage("io.fovea.transfer..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.fovea.transfer..",
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

  /** Each room uses those before it alone; the public classes are above all. */
  @Test
  void rooms_haveNoArrowUp_andAtMost25Files() {
    List<String> rooms = List.of(".head", ".sort", "");
    JavaClasses classes = mainClasses();
    for (int i = 0; i < rooms.size() - 1; i++) {
      String[] above =
          rooms.stream().skip(i + 1).map(room -> "io.fovea.transfer" + room).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("io.fovea.transfer" + rooms.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(classes);
    }
    for (String room : rooms) {
      assertThat(classes.getPackage("io.fovea.transfer" + room).getClasses())
          .as(room)
          .filteredOn(JavaClass::isTopLevelClass)
          .hasSizeBetween(1, 25);
    }
  }
}
