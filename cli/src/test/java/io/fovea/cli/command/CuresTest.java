package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.screen.Cures;
import io.fovea.data.base.DataException;
import io.fovea.format.onnx.value.ImportRefusal;
import io.fovea.network.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The flag or the command that cures an error of the library stands behind its message. */
class CuresTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          photos/a.txt       | FOLDER | or go on without it (--skip-broken)
          photos/a.parquet   | FOLDER | which Spark reads; train on it on Spark (fovea spark-train)
          photos/nothing.png | mnist --data-dir FOLDER/none | name another one (--data-dir DIR)
          """)
  void error_ofTheLibrary_endsWithTheFlag(String file, String data, String end) throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Files.writeString(folder.resolve(file), "");
    String arguments = "train " + data.replace("FOLDER", photos.toString());
    CommandRun run = CommandRun.of(List.of(arguments.split(" ", -1)));
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.lastError()).endsWith(end);
  }

  @ParameterizedTest
  @EnumSource
  void cure_ofAWrappedError_isFound(DataException.Cure cure) {
    DataException error = new DataException("data: is wrong", null, cure);
    assertThat(Cures.of(error)).matches(" \\((--|fovea )[a-zA-Z0-9 -]+\\)");
    assertThat(Cures.of(new IOException(error))).isEqualTo(Cures.of(error));
  }

  @ParameterizedTest
  @EnumSource
  void cure_ofAnImport_isFound(ImportRefusal.Cure cure) {
    assertThat(Cures.of(new IOException(new ImportRefusal("is wrong", "try it", cure))))
        .matches(" \\(fovea [a-zA-Z0-9 -]+\\)");
  }

  @Test
  void error_whoseMessageSaysAll_getsNothing() {
    assertThat(Cures.of(new RefusedException("resume", "is wrong", "start again"))).isEmpty();
    assertThat(Cures.of(new IOException(new IllegalStateException()))).isEmpty();
  }
}
