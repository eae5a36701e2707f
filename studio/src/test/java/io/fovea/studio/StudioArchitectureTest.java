package io.fovea.studio;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each room knows the rooms below it alone, and a name has one meaning in the module. */
class StudioArchitectureTest {
  /** From bottom to top. */
  private static final List<String> ROOMS =
      List.of(
          "io.fovea.studio.web",
          "io.fovea.studio.data",
          "io.fovea.studio.sort",
          "io.fovea.studio.runs",
          "io.fovea.studio.inside",
          "io.fovea.studio");

  private static final int MOST_FILES = 25;

  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(mainClasses());

  private static Path mainClasses() {
    try {
      return Path.of(Studio.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void rooms_dependOnlyDownward() {
    for (int room = 0; room < ROOMS.size() - 1; room++) {
      noClasses()
          .that()
          .resideInAPackage(ROOMS.get(room))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOMS.subList(room + 1, ROOMS.size()).toArray(new String[0]))
          .check(CLASSES);
    }
  }

  @Test
  void rooms_areAllPackages_andStaySmall() {
    var files =
        CLASSES.stream()
            .filter(each -> each.isTopLevelClass() && !each.getPackageName().isEmpty())
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    assertThat(files.keySet()).containsExactlyInAnyOrderElementsOf(ROOMS);
    assertThat(files.values()).allMatch(count -> count <= MOST_FILES);
  }

  @Test
  void types_nestedOnesToo_haveNamesOfTheirOwn() {
    assertThat(
            CLASSES.stream()
                .filter(each -> !each.isAnonymousClass() && !each.getSimpleName().endsWith("-info"))
                .collect(Collectors.groupingBy(JavaClass::getSimpleName))
                .values())
        .allMatch(same -> same.size() == 1);
  }
}
