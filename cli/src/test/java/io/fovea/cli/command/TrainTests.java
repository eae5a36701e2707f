package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.words;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on 128 digits, which all tests of a class share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TrainTests {
  @TempDir Path folder;
  Path shared = Path.of("");
  Path digits = Path.of("");

  @BeforeAll
  void writeDigits(@TempDir Path ofTheClass) throws IOException {
    shared = ofTheClass;
    digits = SmallData.idxFolder(shared.resolve("digits"), 128);
  }

  CommandRun train(String line, Object... values) {
    List<String> args = words("train %s --out %s", digits, folder.resolve("run"));
    args.addAll(words(line, values));
    return CommandRun.of(args);
  }
}
