package io.fovea.format.onnx.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.onnx.operator.Operators;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/onnx.md, which README links as the list of operators that become layers. */
class OperatorsPageTest {
  private static final Pattern NAME = Pattern.compile("\\b[A-Z][A-Za-z]+\\b");

  /** Part of a pattern, left out at the end, or no computation: not lowered as one node. */
  private static final Set<String> OTHERS = Set.of("Constant", "Erf", "LogSoftmax", "Pow");

  @Test
  void table_ofOperatorsThatBecomeLayers_isTheRegistrys() throws Exception {
    String page = Files.readString(Path.of("../docs/onnx.md"));
    String section = page.replaceFirst("(?s).*\n## What is read\n(.*?)\n## .*", "$1");
    Set<String> named =
        section
            .lines()
            .filter(line -> line.startsWith("| "))
            .flatMap(line -> NAME.matcher(line.split("\\|", -1)[1]).results())
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> lowered = new TreeSet<>(OTHERS);
    Operators.names().stream()
        .filter(name -> LoweringRegistry.operator(name) != null)
        .forEach(lowered::add);
    assertThat(lowered).hasSizeGreaterThan(50);
    assertThat(named).isEqualTo(lowered);
  }
}
