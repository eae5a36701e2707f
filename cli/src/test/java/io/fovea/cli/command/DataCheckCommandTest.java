package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DataCheckCommandTest {
  @TempDir Path folder;
  private String model = "";
  private Path pictures = Path.of("");

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("model.safetensors").toString();
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 20, 20), 3), Initializer.he(), 1);
    Models.write(network, Path.of(model));
    pictures = SmallData.pictureFolder(folder.resolve("pictures"), 12);
    Files.copy(pictures.resolve("ring/p3.png"), pictures.resolve("bar/wrong.png"));
  }

  private CommandRun check(String line, Object... values) {
    List<String> args = words("data check %s --pretrained %s", pictures, model);
    args.addAll(words(line, values));
    return CommandRun.of(args);
  }

  @Test
  void dataCheck_folder_printsAndWritesWhatItFound() throws IOException {
    Path csv = folder.resolve("found.csv");
    Path sheet = folder.resolve("found.png");
    CommandRun run = check("--out %s --sheet %s", csv, sheet).done();
    assertThat(run.out())
        .startsWith("37 photos, 3 of them for testing\ncopies: ")
        .containsPattern("  ring/p3.png +bar/wrong.png +exact|  bar/wrong.png +ring/p3.png +exact")
        .contains(" doubtful; cross-validation gives ")
        .contains("files: 0 broken, 37 tiny (fewer pixels than 32x32)\n  tiny: bar/p0.png\n")
        .endsWith("table: %s\nsheet: %s\n".formatted(csv, sheet));
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(38);
    assertThat(lines.getFirst())
        .isEqualTo(
            "file,part,label,probability,likely,likely_probability,copy_of,copy_kind,similarity,problem");
    assertThat(lines).allMatch(line -> line.chars().filter(c -> c == ',').count() == 9);
    assertThat(javax.imageio.ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(300);
  }

  @Test
  void dataCheck_brokenFile_isListedAndTheExitCodeIsOne() throws IOException {
    Files.writeString(pictures.resolve("bar/p1.png"), "no picture");
    Path csv = folder.resolve("found.csv");
    CommandRun run = check("--json --out %s", csv);
    assertThat(run.exit()).isEqualTo(1);
    JsonNode found = run.json();
    assertThat(found.path("photos").asInt()).isEqualTo(36);
    assertThat(found.path("broken").path(0).path("file").asString()).isEqualTo("bar/p1.png");
    assertThat(found.path("tiny").size()).isEqualTo(36);
    assertThat(found.path("copies").toString()).contains("bar/wrong.png");
    assertThat(Files.readAllLines(csv).getLast()).startsWith("bar/p1.png,,,,,,,,,");
  }

  @Test
  void dataCheck_badTargets_areRefused() {
    String inside = pictures.resolve("sheet.png").toString();
    assertThat(check("--sheet %s", inside).lastError())
        .isEqualTo(
            "fovea: --sheet: expects a file outside %s, whose files are the data set, got %s; give another folder; see fovea data check --help"
                .formatted(pictures, inside));
    assertThat(check("--out found.txt").lastError())
        .isEqualTo(
            "fovea: --out: expects a file that ends in .csv, got \"found.txt\"; see fovea data check --help");
  }

  @Test
  void train_copiesAcrossTheSplit_areSaidInOneLine() throws IOException {
    for (int i = 0; i < 6; i++) {
      Files.copy(
          pictures.resolve("ring/p1.png"), pictures.resolve("ring/again%d.png".formatted(i)));
    }
    String out = folder.resolve("run").toString();
    CommandRun run =
        fovea("train %s --model mlp --epochs 1 --validation 0.5 --out %s", pictures, out).done();
    assertThat(run.err())
        .containsPattern(
            "copies: \\d+ held-out images are also in training or validation, such as ring/\\w+.png, which is (bar|ring)/\\w+.png; their figures are too good; fovea data check lists them\n");
  }

  @Test
  void train_groupBy_keepsFilmsOnOneSideOfValidation() throws IOException {
    for (String shape : List.of("bar", "cross", "ring")) {
      for (int i = 0; i < 12; i++) {
        Path film = Files.createDirectories(pictures.resolve(shape + "/film" + i / 3));
        Files.move(pictures.resolve(shape + "/p%d.png".formatted(i)), film.resolve(i + ".png"));
      }
    }
    String out = folder.resolve("run").toString();
    String train = "train %s --model mlp --epochs 1 --validation 0.34 --out %s --group-by ";
    CommandRun run = done(train + "folder", pictures, out);
    assertThat(run.err()).contains("18 training images, 10 for validation, 9 test images");
    assertThat(fovea(train + "(film", pictures, out).lastError())
        .startsWith(
            "fovea: --group-by: expects folder, a column of the CSV file or a regular expression such as (film\\d+), got \"(film\"");
  }
}
