package io.fovea.rivals.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RivalsCommandTest {
  @TempDir Path folder;

  private static String failure(String... words) {
    StringWriter errors = new StringWriter();
    CommandLine line = RivalsCommand.line(List.of(words));
    line.setErr(new PrintWriter(errors));
    assertThat(line.execute(words)).isEqualTo(1);
    return errors.toString().strip();
  }

  @Test
  void all_withANetwork_isRefused() {
    assertThat(failure("all", "resnet8"))
        .isEqualTo(
            "rivals: all: expected no NETWORK and no BATCH, got resnet8; name one action to choose"
                + " them");
  }

  @Test
  void all_withoutFiles_isRefusedBeforeAnythingIsMeasured() {
    assertThat(failure("all", "--models", folder.toString()))
        .isEqualTo(
            "rivals: all: expected ONNX files in %s, got none; bench/README.md says how to make them"
                .formatted(folder));
  }
}
