package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code fovea data}. */
class DataCommandTest {
  @TempDir Path folder;

  @Test
  void dataShow_ofAFolder_drawsASheet() throws IOException {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 100);
    Path sheet = folder.resolve("sheet.png");
    CommandRun run = fovea("data show %s --out %s", digits, sheet).done();
    assertThat(sheet).exists();
    assertThat(run.out())
        .contains("digits: 100 training and ", ", 10 classes\nsheet: " + sheet + "\n");
    assertThat(javax.imageio.ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(300);
  }

  @Test
  void dataShow_intoTheDataSet_writesNothing() throws IOException {
    Path shapes = SmallData.pictureFolder(folder.resolve("shapes"), 12);
    Path picture;
    try (Stream<Path> all = Files.walk(shapes)) {
      picture = all.filter(file -> file.toString().endsWith(".png")).findFirst().orElseThrow();
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), shapes);
    Path added = picture.resolveSibling("sheet.png");
    byte[] before = Files.readAllBytes(picture);

    for (Path out : List.of(picture, added, link.resolve(shapes.relativize(added)))) {
      fovea("data show %s --out %s", shapes, out)
          .refused(
              2,
              "--out: expects a file outside %s, whose files are the data set, got %s; give another folder; see fovea data show --help"
                  .formatted(shapes, out));
    }

    Path list = shapes.resolveSibling("list.csv");
    String file = folder.relativize(picture).toString();
    Files.writeString(list, "%s,a\n%s,b\n".formatted(file, file).repeat(10));
    CommandRun listed = fovea("data show %s --out %s", list, picture);
    assertThat(listed.lastError())
        .isEqualTo(
            "fovea: --out: expects a file other than those in %s, got %s; give another name; see fovea data show --help"
                .formatted(list, picture));
    assertThat(picture).hasBinaryContent(before);
    assertThat(added).doesNotExist();
  }

  @Test
  void dataShow_augmented_drawsVersionsOfEachImage() throws IOException {
    String digits = SmallData.idxFolder(folder.resolve("digits"), 100).toString();
    String sheet = folder.resolve("sheet.png").toString();
    CommandRun run =
        done("data show %s --augment mnist+mixup --rows 2 --columns 5 --out %s", digits, sheet);
    assertThat(run.out())
        .contains(
            "augmented by rotate:10+scale:0.1+shear:5+shift:2+elastic:34:5+mixup:0.2\nsheet: ");
    assertThat(javax.imageio.ImageIO.read(new java.io.File(sheet)).getHeight())
        .isEqualTo(24 + 52 + 2 * (84 + 20) + 14 + 24);
    CommandRun json = fovea("data show %s --augment flip --json", digits);
    assertThat(json.json().path("augment").asString()).isEqualTo("flip:0.5");
    fovea("data show %s --augment crop:99", digits)
        .refused(2, "--augment: crop expects padding below the sides of the images...");
  }

  @Test
  void dataList_namesTheSets() {
    JsonNode json = fovea("data list --json").json();
    assertThat(json.path("sets").get(0).path("name").asString()).isEqualTo("mnist");
    assertThat(fovea("data fetch cifar").exit()).isEqualTo(1);
  }
}
