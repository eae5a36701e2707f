package io.fovea;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Layer;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What core needs and exports; the Vector API stays in its packages. */
class ArchitectureTest {
  private static final String KERNEL = "io.fovea.kernel";

  private static final String VECTOR = KERNEL + ".vector";

  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(mainClasses());

  private static Path mainClasses() {
    try {
      return Path.of(Shape.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The specification: what is trained, answered or evaluated runs on the kernels chosen. */
  @Test
  void referenceKernels_areUsedByGradientChecksAndTheChoiceOfKernelsAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.fovea.kernel.reference", "io.fovea.gradcheck")
        .and()
        .doNotHaveFullyQualifiedName(KernelSet.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fovea.kernel.reference")
        .check(CLASSES);
  }

  @Test
  void vectorApi_isUsedInTheVectorKernelsAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.fovea.kernel.vector..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CLASSES);
  }

  /**
   * A second species in the methods that all kernels share slows all kernels down: decision 22.
   * Generated code, which computes parts of vectors, avoids these methods.
   */
  @Test
  void vectorsOfOtherSizes_areLeftToGeneratedCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage(VECTOR + ".microkernel")
        .should()
        .accessFieldWhere(
            DescribedPredicate.describe(
                "it is a species of one size",
                access ->
                    access.getTargetOwner().getSimpleName().equals("FloatVector")
                        && access.getTarget().getName().matches("SPECIES_\\d+")))
        .check(CLASSES);
  }

  @Test
  void core_needsNothingButTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.fovea..",
            "java..",
            "jdk.incubator.vector..",
            "com.sun.management..",
            "javax.management..",
            "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void layers_areRecords() {
    classes()
        .that()
        .implement(Layer.class)
        .and()
        .areNotInterfaces()
        .should()
        .beRecords()
        .check(CLASSES);
    assertThat(Layer.class.getPermittedSubclasses())
        .allMatch(
            type -> type.isRecord() || type == Layer.Custom.class || type == ActivationLayer.class);
  }

  private static ModuleDescriptor module() throws IOException {
    try (InputStream stream = Files.newInputStream(mainClasses().resolve("module-info.class"))) {
      return ModuleDescriptor.read(stream);
    }
  }

  @Test
  void module_exports_everyPackageButInternals() throws IOException {
    Set<String> expected =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    expected.removeIf(name -> name.isEmpty() || name.startsWith(KERNEL + "."));
    expected.removeAll(
        Set.of(
            "io.fovea.file",
            "io.fovea.network.execution",
            "io.fovea.layer.context",
            "io.fovea.range",
            "io.fovea.train.step"));
    assertThat(module().exports())
        .filteredOn(export -> !export.isQualified())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(module().opens()).isEmpty();
  }

  @Test
  void kernels_implementationsAreHiddenBehindTheirSet() {
    assertThat(CLASSES.stream())
        .filteredOn(type -> type.getPackageName().equals("io.fovea.kernel.vector"))
        .filteredOn(type -> type.getModifiers().stream().anyMatch(m -> m.name().equals("PUBLIC")))
        .extracting(JavaClass::getSimpleName)
        .containsExactly("VectorKernels");
  }
}
