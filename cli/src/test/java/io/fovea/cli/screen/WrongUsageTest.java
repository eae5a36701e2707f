package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class WrongUsageTest {
  @TempDir Path folder;

  /** Java replaces what is no text in an argument. */
  @Test
  void path_withBytesThatAreNoText_isNotCalledMissing() throws IOException {
    String name = folder.resolve("caf\ufffd.png").toString();
    assertThatThrownBy(() -> WrongUsage.path(name))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"" + name + "\" has bytes that are not text in ")
        .hasMessageEndingWith(", so it cannot be given here; rename it, or give its folder");
    Files.createFile(Path.of(name)); // as it is written here, it is a name like any other
    assertThat(WrongUsage.path(name)).exists();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // links need a privilege there
  void path_behindALinkToItself_isNotCalledMissing() throws IOException {
    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    for (Path path : List.of(circle, circle.resolve("model.safetensors"))) {
      assertThatThrownBy(() -> WrongUsage.path(path.toString()))
          .isInstanceOf(TypeConversionException.class)
          .hasMessage(
              "\"%s\" is behind a cycle of symbolic links; fix them, or give another file"
                  .formatted(path));
    }
    Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("none"));
    assertThat(WrongUsage.path(nowhere.toString())).as("may be written").isEqualTo(nowhere);
  }

  @ParameterizedTest
  @CsvSource({"0.25, 0.25", "1e-4, 1e-4", "-3, -3", "+.5, 0.5", "2., 2", "1E+2, 100"})
  void decimal_number_isRead(String text, double value) {
    assertThat(WrongUsage.decimal(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0x1p3d", "1f", "3d", "NaN", "Infinity", " 1", "1_0", "", ".", "e3", "1,5"})
  void decimal_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> WrongUsage.decimal(text)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> WrongUsage.doubleOption(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expects a number such as 0.5, got \"" + text + "\"");
  }
}
