package io.fovea.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/**
 * What the classes of all modules of the command line may use. {@link LevelsTest} has their order.
 */
class ArchitectureTest {
  /** Where Java allows an error, so that each processor may have its own. */
  private static final Set<String> INEXACT =
      Set.of(
          "acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "exp", "expm1", "hypot", "log",
          "log10", "log1p", "pow", "sin", "sinh", "tan", "tanh");

  private static final JavaClasses ALL = LevelsTest.CLASSES;

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
}
