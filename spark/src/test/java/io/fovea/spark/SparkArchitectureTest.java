package io.fovea.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.fovea.spark.ring.Ring;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Which packages of the module may know which, and how large they may be. */
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class SparkArchitectureTest {
  private static final String SPARK = "io.fovea.spark";

  /** The most source files of a package. */
  private static final int MOST = 25;

  /** Each package with those that it may know. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          SPARK,
          Set.of(),
          SPARK + ".train",
          Set.of(SPARK, SPARK + ".data", SPARK + ".ring"),
          SPARK + ".data",
          Set.of(),
          SPARK + ".ring",
          Set.of(),
          SPARK + ".score",
          Set.of(SPARK));

  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(mainClasses());

  private static Path mainClasses() {
    try {
      return Path.of(Ring.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Long> counts(
      Function<JavaClass, String> name, java.util.function.Predicate<JavaClass> which) {
    return CLASSES.stream()
        .filter(which)
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .collect(Collectors.groupingBy(name, Collectors.counting()));
  }

  @Test
  void packages_dependOnlyAlongTheArrows() {
    assertThat(counts(JavaClass::getPackageName, type -> true)).containsOnlyKeys(ARROWS.keySet());
    ARROWS.forEach(
        (own, known) -> {
          List<String> forbidden = new ArrayList<>(ARROWS.keySet());
          forbidden.removeAll(known);
          forbidden.remove(own);
          forbidden.addAll(
              List.of("io.fovea.cli..", "io.fovea.serve..", "io.fovea.studio..", "picocli.."));
          classes()
              .that()
              .resideInAPackage(own)
              .should()
              .onlyDependOnClassesThat()
              .resideOutsideOfPackages(forbidden.toArray(new String[0]))
              .check(CLASSES);
        });
    slices().matching(SPARK + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** Sums and their messages could serve another cluster. */
  @Test
  void ring_doesNotKnowSpark() {
    classes()
        .that()
        .resideInAPackage(SPARK + ".ring")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            SPARK + ".ring", "io.fovea.parallel", "java..", "javax.crypto..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void packages_areSmall() {
    assertThat(counts(JavaClass::getPackageName, JavaClass::isTopLevelClass))
        .allSatisfy((name, files) -> assertThat(files).as(name).isLessThanOrEqualTo(MOST));
  }

  @Test
  void nestedTypes_haveANameOfTheirOwn() {
    assertThat(
            counts(
                JavaClass::getSimpleName, type -> type.isNestedClass() && !type.isAnonymousClass()))
        .allSatisfy((name, types) -> assertThat(types).as(name).isEqualTo(1));
  }
}
