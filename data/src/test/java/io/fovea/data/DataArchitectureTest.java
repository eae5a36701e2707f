package io.fovea.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of the module point downward, so there is no cycle. */
class DataArchitectureTest {
  private static final String ROOT = "io.fovea.data";

  /** From top to bottom; packages of one line do not know each other. */
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of(ROOT),
          Set.of(ROOT + ".fetch", ROOT + ".show"),
          Set.of(ROOT + ".augment", ROOT + ".source"),
          Set.of(ROOT + ".augment.adjust", ROOT + ".picture"),
          Set.of(ROOT + ".augment.buffer", ROOT + ".base"));

  private static final int MOST_FILES = 25;

  private static final JavaClasses CLASSES = mainClasses();

  private static JavaClasses mainClasses() {
    try {
      Path classes =
          Path.of(DataSets.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new ClassFileImporter().importPath(classes);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void levels_nameEveryPackage() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.isEmpty()) // of module-info
            .collect(Collectors.toSet());
    assertThat(packages)
        .isEqualTo(LEVELS.stream().flatMap(Set::stream).collect(Collectors.toSet()));
  }

  @Test
  void packages_dependOnlyDownward() {
    for (int level = 0; level < LEVELS.size(); level++) {
      Set<String> upTo =
          LEVELS.subList(0, level + 1).stream().flatMap(Set::stream).collect(Collectors.toSet());
      for (String own : LEVELS.get(level)) {
        noClasses()
            .that()
            .resideInAPackage(own)
            .should()
            .dependOnClassesThat(
                DescribedPredicate.describe(
                    "are of a package above or beside it",
                    type ->
                        upTo.contains(type.getPackageName()) && !type.getPackageName().equals(own)))
            .check(CLASSES);
      }
    }
  }

  @Test
  void packages_haveAtMost25Files() {
    Map<String, Long> files =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    assertThat(files)
        .allSatisfy((name, count) -> assertThat(count).isLessThanOrEqualTo(MOST_FILES));
  }
}
