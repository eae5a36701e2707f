package io.fovea.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which packages of the command line may know which. */
class ArchitectureTest {
  private static final String ROOT = "io.fovea.";

  /** The most files of a package. */
  private static final int MOST = 25;

  /** Each package, below io.fovea, with those that it may know. */
  private static final Map<String, Set<String>> ARROWS =
      """
      cli: cli.command cli.screen
      cli.command: cli.command.use cli.command.files cli.command.finished cli.command.machine \
          cli.command.base cli.train.flags cli.run cli.screen cluster
      cli.command.use: cli.command.base cli.train.engine cli.train.flags cli.run cli.screen cli.report
      cli.command.files: cli.command.base cli.train.flags cli.run cli.screen
      cli.command.finished: cli.command.base cli.train.engine cli.train.flags cli.screen
      cli.command.machine: cli.command.base cli.train.engine cli.train.flags cli.run cli.screen cluster
      cli.command.base: cli.train.flags cli.run cli.screen
      cli.train.engine: cli.train.record cli.train.flags cli.run cli.screen cli.report cluster
      cli.train.record: cli.train.flags cli.run cli.screen
      cli.train.flags: cli.run cli.screen cli.report cluster
      cli.run: cli.screen
      cli.screen:
      cli.report:
      cluster:
      """
          .lines()
          .map(line -> line.strip().split(": *", -1))
          .collect(
              Collectors.toMap(
                  line -> ROOT + line[0].strip(),
                  line ->
                      Stream.of(line[1].split(" +"))
                          .filter(name -> !name.isEmpty())
                          .map(name -> ROOT + name)
                          .collect(Collectors.toSet())));

  /** Where Java allows an error, so that each processor may have its own. */
  private static final Set<String> INEXACT =
      Set.of(
          "acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "exp", "expm1", "hypot", "log",
          "log10", "log1p", "pow", "sin", "sinh", "tan", "tanh");

  /** The classes of the command line itself, not of its tests. */
  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(mainClasses());

  /** Those of all modules that the command line has. */
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.fovea");

  private static Path mainClasses() {
    try {
      return Path.of(Fovea.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void arrows_nameEveryPackage() {
    Set<String> packages =
        CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    packages.remove(""); // module-info
    assertThat(packages).isEqualTo(ARROWS.keySet());
  }

  @Test
  void packages_dependOnlyAlongTheArrows() {
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
  void packages_haveFewFiles() {
    Map<String, Set<String>> files =
        CLASSES.stream()
            .filter(type -> type.getSource().isPresent())
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName,
                    Collectors.mapping(
                        type -> type.getSource().get().getFileName().orElse(""),
                        Collectors.toSet())));
    assertThat(files)
        .allSatisfy((name, own) -> assertThat(own).as(name).hasSizeLessThanOrEqualTo(MOST));
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.fovea.cli.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** What a caller sets belongs to an object: a trainer's threads are no other trainer's. */
  @Test
  void libraries_haveNoGlobalSettings() {
    Set<String> caches = Set.of("FmaPeak.result", "BoxedVectors.problem");
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackages(
            "io.fovea.cli..",
            "io.fovea.http..",
            "io.fovea.studio..",
            "io.fovea.cluster",
            "io.fovea.format.onnx.proto..") // generated
        .should(
            ArchCondition.from(
                DescribedPredicate.describe(
                    "be final, or be no setting",
                    field ->
                        field.getModifiers().contains(JavaModifier.FINAL)
                            || caches.contains(
                                field.getOwner().getSimpleName() + "." + field.getName()))))
        .check(ALL);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.fovea.http")
        .should()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .check(ALL);
  }

  @Test
  void objectStreams_areNotUsed() {
    assertThat(ALL.stream().map(JavaClass::getPackageName))
        .contains("io.fovea.train", "io.fovea.data", "io.fovea.format", "io.fovea.studio");
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
        .check(ALL);
  }

  /**
   * Java leaves the last bits of {@code Math.exp} and its kin, and the order of {@code
   * DoubleStream.sum}, to the processor and the version; {@code StrictMath} and loops do not.
   */
  @Test
  void results_doNotDependOnTheJavaThatComputesThem() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.fovea.cli.report") // ticks of axes, digits shown
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "a function of Math with an error, which StrictMath has with fixed bits",
                access ->
                    access.getTargetOwner().isEquivalentTo(Math.class)
                        && INEXACT.contains(access.getTarget().getName())))
        .check(ALL);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.fovea.cli..", // seconds and means that are shown
            "io.fovea.replay..", // shares of a gradient that are shown
            "io.fovea.studio..")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "a sum of a DoubleStream",
                access ->
                    access.getTargetOwner().isEquivalentTo(DoubleStream.class)
                        && Set.of("sum", "average").contains(access.getTarget().getName())))
        .check(ALL);
  }

  @Test
  void entryPoint_isAloneInItsPackage() {
    assertThat(CLASSES.stream())
        .filteredOn(type -> type.getPackageName().equals("io.fovea.cli"))
        .filteredOn(type -> !type.getSimpleName().equals("package-info"))
        .extracting(JavaClass::getSimpleName)
        .containsExactly("Fovea");
  }
}
