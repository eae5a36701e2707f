package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which rooms of the module may know which: arrows point downward, so there is no cycle. */
class FormatArchitectureTest {
  private static final String FORMAT = "io.fovea.format";

  /** The exception of every room, which lies below all of them. */
  private static final String ERROR = FORMAT + " (error)";

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

  /** The rooms from top to bottom, each with those that it may know besides {@link #ERROR}. */
  private static final Map<String, Set<String>> ARROWS = new LinkedHashMap<>();

  static {
    ARROWS.put("io.fovea.run", Set.of(FORMAT, JSON));
    ARROWS.put(
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
            MESSAGE));
    ARROWS.put(
        FORMAT, Set.of(CHECKPOINT, CONTENT, JSON, MESSAGE, NETWORK, TENSORS, TORCH, WEIGHTS));
    ARROWS.put(ONNX + ".lower", Set.of(GRAPH, OPERATOR, VALUE, WEIGHTS));
    ARROWS.put(ONNX + ".export", Set.of(GRAPH, VALUE, WEIGHTS));
    ARROWS.put(OPERATOR, Set.of(GRAPH, VALUE, MESSAGE));
    ARROWS.put(GRAPH, Set.of(PROTO, VALUE, CONTENT, MESSAGE));
    ARROWS.put(PROTO, Set.of());
    ARROWS.put(VALUE, Set.of(MESSAGE));
    ARROWS.put(CHECKPOINT, Set.of(JSON, MESSAGE, TENSORS));
    ARROWS.put(WEIGHTS, Set.of(JSON, MESSAGE, TENSORS));
    ARROWS.put(TORCH, Set.of(CONTENT, MESSAGE, TENSORS));
    ARROWS.put(TENSORS, Set.of(CONTENT, JSON, MESSAGE));
    ARROWS.put(NETWORK, Set.of(JSON, MESSAGE));
    ARROWS.put(CONTENT, Set.of());
    ARROWS.put(JSON, Set.of(MESSAGE));
    ARROWS.put(ERROR, Set.of(MESSAGE));
    ARROWS.put(MESSAGE, Set.of());
  }

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
    return type.getName().equals(FormatException.class.getName()) ? ERROR : type.getPackageName();
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
        boolean own =
            target.equals(room(type)) || (target.equals(ERROR) && !room(type).equals(MESSAGE));
        if (ARROWS.containsKey(target) && !own && !known.contains(target)) {
          forbidden.add(dependency.getDescription());
        }
      }
    }
    assertThat(forbidden).isEmpty();
  }

  /** So there is no cycle either: messages alone, which know nothing, lie below the exception. */
  @Test
  void arrows_leadDown() {
    List<String> rooms = List.copyOf(ARROWS.keySet());
    ARROWS.forEach(
        (room, known) ->
            assertThat(rooms.subList(rooms.indexOf(room) + 1, rooms.size()))
                .as(room)
                .containsAll(known));
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
