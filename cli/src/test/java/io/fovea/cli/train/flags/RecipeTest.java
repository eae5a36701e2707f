package io.fovea.cli.train.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class RecipeTest {
  @SuppressWarnings("unused") // the source of names
  private static final Iterable<String> NAMES = Recipe.NAMES;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("NAMES")
  void of_builtIn_hasFlagsThatTrainUnderstands(String name) throws IOException {
    Recipe recipe = Recipe.of(name);
    ModelChoice.of(Settings.of(recipe.flags()).text(TrainFlags.MODEL));
    assertThat(recipe.data()).isIn(name.equals("photos") ? "" : "mnist", "fashion-mnist");
  }

  @Test
  void of_photos_hasTheSettingsOfTheLibraryAsTexts() throws IOException {
    assertThat(Recipe.of("photos").flags())
        .containsEntry("candidates", "frozen,tuned,scratch")
        .containsEntry("class-weights", "balanced")
        .containsEntry("views", "4")
        .containsEntry("fine-tune", "30")
        .containsEntry("lr", "0.0003")
        .containsEntry("clip", "1")
        .containsEntry("label-smoothing", "0.1")
        .containsEntry("augment", "random-resized-crop:0.5")
        .containsEntry("effort", TrainFlags.EFFORT.usual());
  }

  @Test
  void of_file_isRead() throws IOException {
    Path file = folder.resolve("mine.json");
    Files.writeString(
        file, "{\"data\": \"photos\", \"flags\": {\"model\": \"pooled\", \"epochs\": 7}}");
    Recipe recipe = Recipe.of(file.toString());
    assertThat(recipe.data()).isEqualTo("photos");
    assertThat(recipe.flags()).containsEntry("model", "pooled").containsEntry("epochs", "7");
  }

  @Test
  void of_unknownName_suggestsTheNearest() {
    assertThatThrownBy(() -> Recipe.of("mnist-spirnt"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "--recipe: no recipe is named \"mnist-spirnt\"; did you mean \"mnist-sprint\"?");
  }

  @Test
  void of_missingFile_isRefused() {
    assertThatThrownBy(() -> Recipe.of("nowhere.json"))
        .hasMessage("--recipe: there is no file nowhere.json; give a name or a JSON file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'flags': {'epoch': 3}} | sets \"epoch\", which is not a flag of a run; did you mean \"epochs\"",
        "{'flags': {'epochs': [3]}} | epochs must be a text or a number, got [3]",
        "{'flags': {'recipe': 'x'}} | sets \"recipe\", which is not a flag of a run",
        "{'data': 'mnist'} | has no \"flags\"; expected",
        "nonsense | is not JSON (it is damaged at line 1, column 1)",
        "{'flags': { | is not JSON (it ends too early)"
      })
  void of_wrongFile_errorNamesTheFault(String text, String expected) throws IOException {
    Path file = folder.resolve("wrong.json");
    Files.writeString(file, text.replace('\'', '"'));
    assertThatThrownBy(() -> Recipe.of(file.toString()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(expected);
  }
}
