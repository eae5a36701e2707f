package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fovea.explain.GradCam;
import io.fovea.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each package knows those of lower levels alone, in all modules of the command line. */
class LevelsTest {
  /** From top to bottom, below io.fovea; packages of one line do not know each other. */
  private static final String LEVELS =
      """
      cli
      cli.command
      cli.command.use cli.command.files cli.command.finished cli.command.machine
      cli.command.base cli.train.engine
      cli.train.record
      cli.train.flags
      cli.run
      cli.screen cli.report
      studio
      studio.inside
      studio.runs
      studio.sort
      studio.data
      studio.web
      serve
      serve.v2
      serve.predict
      serve.model
      serve.web
      http replay source transfer
      transfer.sort
      transfer.head
      data run
      cluster data.fetch data.show format.onnx
      data.augment data.source format format.onnx.lower format.onnx.export
      data.augment.adjust data.picture format.onnx.operator format.checkpoint format.weights format.torch
      data.augment.buffer data.base data.jpeg data.png format.onnx.graph format.tensors format.network
      format.onnx.proto format.onnx.value format.content format.json
      format.message
      explain gradcheck train
      train.step
      metrics optim
      loss
      inference
      network.execution
      network
      preprocessing
      dataset
      layer
      layer.context kernel
      kernel.reference kernel.vector
      kernel.vector.conv.depthwise kernel.vector.conv.direct kernel.vector.conv.winograd \
          kernel.vector.dense kernel.vector.elementwise kernel.vector.norm kernel.vector.pool
      kernel.vector.conv
      kernel.vector.activation kernel.vector.gemm
      kernel.vector.microkernel
      kernel.vector.machine
      kernel.op
      kernel.geometry
      parallel
      file random range tensor
      """;

  private static final Map<String, Integer> LEVEL = new TreeMap<>();

  static {
    List<String> lines = LEVELS.lines().toList();
    for (int level = 0; level < lines.size(); level++) {
      for (String name : lines.get(level).split(" +", -1)) {
        LEVEL.put("io.fovea." + name, level);
      }
    }
  }

  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.fovea");

  @Test
  void levels_nameEveryPackage() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(LEVEL.keySet());
  }

  /** How far down, others' below all; the exception of format's rooms lies below these. */
  private static double level(JavaClass type) {
    return type.isEquivalentTo(FormatException.class)
        ? LEVEL.getOrDefault("io.fovea.format.message", 0) - 0.5
        : LEVEL.getOrDefault(type.getPackageName(), Integer.MAX_VALUE);
  }

  /** So there is no cycle. */
  @Test
  void packages_knowThoseBelowThemAlone() {
    List<String> upward = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass known = dependency.getTargetClass().getBaseComponentType();
        if (level(known) <= level(type) && !known.getPackageName().equals(type.getPackageName())) {
          upward.add(dependency.getDescription());
        }
      }
    }
    assertThat(upward).isEmpty();
  }

  /** Outside of core, whose layers are one hall, and of what is generated. */
  @Test
  void packages_haveAtMost25Files() {
    double core = level(CLASSES.get(GradCam.class));
    Map<String, Set<String>> files =
        CLASSES.stream()
            .filter(type -> level(type) < core)
            .filter(type -> !type.getPackageName().endsWith(".proto"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName,
                    Collectors.mapping(
                        type -> type.getSource().flatMap(Source::getFileName).orElseThrow(),
                        Collectors.toSet())));
    assertThat(files).containsKey("io.fovea.format.onnx.lower");
    files.forEach((name, own) -> assertThat(own).as(name).hasSizeLessThanOrEqualTo(25));
  }

  /** Whatever programs do not use belongs in a room below. */
  @Test
  void format_holdsPublicTypesAlone() {
    assertThat(CLASSES.stream())
        .filteredOn(
            type -> type.getPackageName().equals("io.fovea.format") && type.isTopLevelClass())
        .filteredOn(type -> !type.getSimpleName().equals("package-info"))
        .allMatch(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
  }

  /** {@link ClassNamesTest} looks at top-level types alone. */
  @Test
  void studio_nestedTypes_haveNamesOfTheirOwn() {
    assertThat(
            CLASSES.stream()
                .filter(each -> each.getPackageName().startsWith("io.fovea.studio"))
                .filter(each -> !each.isAnonymousClass() && !each.getSimpleName().endsWith("-info"))
                .collect(Collectors.groupingBy(JavaClass::getSimpleName))
                .values())
        .allMatch(same -> same.size() == 1);
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
