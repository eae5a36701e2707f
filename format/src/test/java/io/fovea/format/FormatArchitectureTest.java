package io.fovea.format;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which rooms of the module may know which: arrows point downward, so there is no cycle. */
class FormatArchitectureTest {
  private static final String FORMAT = "io.fovea.format";

  /** The two public types that rooms below the package of public types need. */
  private static final String BASE = FORMAT + " (base)";

  private static final Set<String> BASE_TYPES =
      Set.of(FormatException.class.getName(), Fitting.class.getName());

  private static final String CHECKPOINT = FORMAT + ".checkpoint";
  private static final String CONTENT = FORMAT + ".content";
  private static final String JSON = FORMAT + ".json";
  private static final String MESSAGE = FORMAT + ".message";
  private static final String NETWORK = FORMAT + ".network";
  private static final String TENSORS = FORMAT + ".tensors";
  private static final String TORCH = FORMAT + ".torch";
  private static final String WEIGHTS = FORMAT + ".weights";
  private static final String ONNX = FORMAT + ".onnx";
  private static final String GRAPH = ONNX + ".graph";
  private static final String OPERATOR = ONNX + ".operator";
  private static final String PROTO = ONNX + ".proto";
  private static final String VALUE = ONNX + ".value";

  /** Each room with those below it that it may know. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("io.fovea.run", Set.of(FORMAT, JSON, BASE)),
          Map.entry(
              FORMAT,
              Set.of(CHECKPOINT, CONTENT, JSON, MESSAGE, NETWORK, TENSORS, TORCH, WEIGHTS, BASE)),
          Map.entry(CHECKPOINT, Set.of(JSON, MESSAGE, TENSORS, BASE)),
          Map.entry(WEIGHTS, Set.of(JSON, MESSAGE, TENSORS, BASE)),
          Map.entry(TORCH, Set.of(CONTENT, MESSAGE, TENSORS, BASE)),
          Map.entry(TENSORS, Set.of(CONTENT, JSON, MESSAGE, BASE)),
          Map.entry(NETWORK, Set.of(JSON, MESSAGE, BASE)),
          Map.entry(CONTENT, Set.of(BASE)),
          Map.entry(JSON, Set.of(MESSAGE, BASE)),
          Map.entry(BASE, Set.of(MESSAGE)),
          Map.entry(MESSAGE, Set.of()),
          Map.entry(
              ONNX,
              Set.of(
                  FORMAT,
                  ONNX + ".export",
                  ONNX + ".lower",
                  GRAPH,
                  OPERATOR,
                  PROTO,
                  VALUE,
                  WEIGHTS,
                  CONTENT,
                  MESSAGE,
                  BASE)),
          Map.entry(ONNX + ".lower", Set.of(GRAPH, OPERATOR, VALUE, WEIGHTS)),
          Map.entry(ONNX + ".export", Set.of(FORMAT, GRAPH, VALUE, WEIGHTS)),
          Map.entry(OPERATOR, Set.of(GRAPH, VALUE, MESSAGE)),
          Map.entry(GRAPH, Set.of(PROTO, VALUE, CONTENT, MESSAGE, BASE)),
          Map.entry(PROTO, Set.of()),
          Map.entry(VALUE, Set.of(MESSAGE)));

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

  private static String room(JavaClass type) {
    return BASE_TYPES.contains(type.getName()) ? BASE : type.getPackageName();
  }

  @Test
  void arrows_nameEveryRoom() {
    Set<String> rooms =
        CLASSES.stream().map(FormatArchitectureTest::room).collect(Collectors.toSet());
    rooms.remove(""); // module-info
    assertThat(rooms).isEqualTo(ARROWS.keySet());
  }

  @Test
  void rooms_dependOnlyAlongTheArrows() {
    List<String> forbidden = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      Set<String> known = ARROWS.getOrDefault(room(type), Set.of());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = room(dependency.getTargetClass().getBaseComponentType());
        if (ARROWS.containsKey(target) && !target.equals(room(type)) && !known.contains(target)) {
          forbidden.add(dependency.getDescription());
        }
      }
    }
    assertThat(forbidden).isEmpty();
  }

  @Test
  void rooms_haveNoCycles() {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(room(type));
              }

              @Override
              public String getDescription() {
                return "rooms";
              }
            })
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void rooms_haveAtMost25Files() {
    Map<String, Set<String>> files =
        CLASSES.stream()
            .filter(type -> !type.getPackageName().equals(PROTO)) // generated
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

  /** Whatever programs do not use belongs in a room below. */
  @Test
  void format_holdsPublicTypesAlone() {
    assertThat(CLASSES.stream())
        .filteredOn(type -> type.getPackageName().equals(FORMAT) && type.isTopLevelClass())
        .filteredOn(type -> !type.getSimpleName().equals("package-info"))
        .allMatch(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
  }
}
