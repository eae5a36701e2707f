package io.fovea.format;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which packages of ONNX may know which, and that the run folder lies above all formats. */
class FormatArchitectureTest {
  private static final String ONNX = "io.fovea.format.onnx";

  /** Each package with those below it that it may know. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          ONNX,
          Set.of(
              ONNX + ".export",
              ONNX + ".graph",
              ONNX + ".lower",
              ONNX + ".operator",
              ONNX + ".proto",
              ONNX + ".value"),
          ONNX + ".lower",
          Set.of(ONNX + ".graph", ONNX + ".operator", ONNX + ".value"),
          ONNX + ".operator",
          Set.of(ONNX + ".graph", ONNX + ".value"),
          ONNX + ".export",
          Set.of(ONNX + ".graph", ONNX + ".value"),
          ONNX + ".graph",
          Set.of(ONNX + ".proto", ONNX + ".value"),
          ONNX + ".proto",
          Set.of(),
          ONNX + ".value",
          Set.of());

  private static final JavaClasses CLASSES = mainClasses();

  private static JavaClasses mainClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Models.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void arrows_nameEveryPackageOfOnnx() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ONNX))
            .collect(Collectors.toSet());
    assertThat(packages).isEqualTo(ARROWS.keySet());
  }

  @Test
  void onnx_dependsOnlyAlongTheArrows() {
    ARROWS.forEach(
        (own, known) -> {
          List<String> forbidden = new ArrayList<>(ARROWS.keySet());
          forbidden.removeAll(known);
          forbidden.remove(own);
          classes()
              .that()
              .resideInAPackage(own)
              .should()
              .onlyDependOnClassesThat()
              .resideOutsideOfPackages(forbidden.toArray(new String[0]))
              .check(CLASSES);
        });
  }

  @Test
  void onnx_hasNoCycles() {
    slices().matching("io.fovea.format.onnx.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void formats_doNotKnowTheRunFolder() {
    classes()
        .that()
        .resideInAPackage("io.fovea.format..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("io.fovea.run")
        .check(CLASSES);
  }

  @Test
  void packages_haveAtMost25Files() {
    Map<String, Set<String>> files =
        CLASSES.stream()
            .filter(type -> !type.getPackageName().endsWith(".proto")) // generated
            .filter(type -> !type.getPackageName().equals("io.fovea.format")) // not yet divided
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName,
                    Collectors.mapping(FormatArchitectureTest::file, Collectors.toSet())));
    assertThat(files).containsKey(ONNX + ".lower");
    files.forEach((name, own) -> assertThat(own).as(name).hasSizeLessThanOrEqualTo(25));
  }

  private static String file(JavaClass type) {
    return type.getSource().flatMap(Source::getFileName).orElseThrow();
  }
}
