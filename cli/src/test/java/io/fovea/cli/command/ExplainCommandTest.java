package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Tag("widths")
class ExplainCommandTest {
  @TempDir Path folder;
  private Path model = Path.of("");
  private Path picture = Path.of("");
  private Path out = Path.of("");

  /** Four by four pixels, one map that is the picture; the class "dot" follows one pixel. */
  @BeforeEach
  void files() throws IOException {
    Graph graph = Network.input(1, 4, 4).conv2d(1, 1).flatten().dense(2).graph();
    float[] dense = new float[32];
    dense[6] = 4; // row 1, column 2
    Network network =
        Network.of(
            graph,
            Weights.of(
                graph,
                Map.of(
                    "conv1.weight",
                    new float[] {1},
                    "conv1.bias",
                    new float[1],
                    "dense1.weight",
                    dense,
                    "dense1.bias",
                    new float[2])),
            Preprocessing.unit(1, Preprocessing.Background.MIXED),
            List.of("dot", "<none>"));
    model = folder.resolve("model.safetensors");
    Models.write(network, model);
    byte[] pixels = new byte[16];
    pixels[6] = (byte) 255;
    picture = folder.resolve("dot.png");
    Images.write(Image.of(1, 4, 4, pixels), picture);
    out = folder.resolve("new/out");
  }

  private CommandRun explain(String flags) {
    return fovea("explain %s %s --out %s " + flags, model, picture, out);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void explain_aPicture_writesEveryFileWhole() throws IOException {
    CommandRun run = explain("--json").done();
    assertThat(names(out))
        .as("no temporary file is left")
        .containsExactly(
            "filters-conv1.png grad-cam.png index.html layer-01-conv1.png layer-02-dense1.png occlusion.png picture.png"
                .split(" ", -1));
    JsonNode json = run.json();
    assertThat(json.path("label").asString()).isEqualTo("dot");
    assertThat(json.path("probability").asDouble()).isCloseTo(1 / (1 + Math.exp(-4)), within(1e-7));
    assertThat(json.path("layer").asString()).isEqualTo("conv1");
    assertThat(json.path("largestDrop").asDouble())
        .isCloseTo(1 / (1 + Math.exp(-4)) - 1 / (1 + Math.exp(-2)), within(1e-6));
    assertThat(json.path("files")).hasSize(7);
    for (String name : names(out)) {
      if (name.endsWith(".png")) {
        assertThat(ImageIO.read(out.resolve(name).toFile())).as(name).isNotNull();
      }
    }
  }

  @Test
  void explain_aPicture_coloursThePixelThatMatters() throws IOException {
    explain("--patch 1");
    var occlusion = ImageIO.read(out.resolve("occlusion.png").toFile());
    int cell = occlusion.getWidth() / 4;
    int dot = occlusion.getRGB(2 * cell + cell / 2, cell + cell / 2) & 0xffffff;
    // 0.85 of yellow F0E442 on the white pixel
    assertThat(dot).isEqualTo(0xF2E85E);
    assertThat(occlusion.getRGB(cell / 2, cell / 2) & 0xffffff).isZero();
    var heat = ImageIO.read(out.resolve("grad-cam.png").toFile());
    assertThat(heat.getRGB(2 * cell + cell / 2, cell + cell / 2) & 0xff0000)
        .isGreaterThan(0xE00000);
    assertThat(heat.getRGB(cell / 2, cell / 2) & 0xffffff).isZero();
  }

  @Test
  void explain_twice_writesTheSameBytes() throws IOException {
    explain("--threads 1");
    byte[] first = Files.readAllBytes(out.resolve("index.html"));
    explain("--threads 2").done();
    assertThat(Files.readAllBytes(out.resolve("index.html"))).isEqualTo(first);
  }

  @Test
  void explain_againWithASmallerModel_leavesNothingOfTheFirst() throws IOException {
    assertThat(explain("").exit()).isZero();
    List<String> expected = names(out);
    Files.writeString(out.resolve("notes.txt"), "mine");
    Files.writeString(out.resolve("holiday.png"), "mine, too");
    byte[] small = Files.readAllBytes(model);
    Models.write(Network.of(Zoo.RESNET8.graph(Shape.of(1, 4, 4), 2), Initializer.he(), 1), model);
    assertThat(explain("").exit()).isZero();
    assertThat(names(out)).contains("filters-conv9.png");
    Files.write(model, small);
    assertThat(explain("").exit()).isZero();
    List<String> all = new java.util.ArrayList<>(expected);
    all.addAll(List.of("holiday.png", "notes.txt"));
    assertThat(names(out)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void page_needsNothingElse() throws IOException {
    CommandRun run = explain("--label <none>").done();
    assertThat(run.out()).contains("dot 98.20 %", "explained: <none> 1.80 %", "6 pictures");
    String html = Files.readString(out.resolve("index.html"));
    assertThat(html).doesNotContain("http:", "https:", "<script", "<link", "url(", "<none>");
    assertThat(html)
        .contains("data:image/png;base64,", "Grad-CAM", "Occlusion", "&lt;none&gt;", "dot.png");
  }

  @Test
  void explain_resnet8_showsItsLayersAndFilters() throws IOException {
    Models.write(Network.of(Zoo.RESNET8.graph(Shape.of(3, 8, 8), 4), Initializer.he(), 1), model);
    explain("--layer conv2 --patch 3 --stride 2").done();
    assertThat(names(out)).contains("filters-conv1.png", "filters-conv9.png");
  }

  private void refused(String flags, int exit, String error) {
    explain(flags).refused(exit, error);
    assertThat(Files.isDirectory(out)).as("something was written").isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --label cat    | 2 | --label: the model has no class "cat"; its classes are [dot, <none>]; see fovea explain --help
          --layer conv9  | 1 | network: no node named "conv9"; there are [input, conv1, flatten1, dense1]
          --layer dense1 | 1 | Grad-CAM: expects a layer with maps, got dense1 with 2 numbers; layers with maps are [conv1]
          --patch 5      | 1 | occlusion: a patch of 5 pixels is larger than the network's input 1x4x4; use a smaller patch
          --stride 0     | 2 | --stride: expects a whole number from 1 up, got 0; see fovea explain --help
          """)
  void explain_badInputs_endInOneLine(String flags, int exit, String error) {
    refused(flags, exit, error);
  }

  @Test
  void explain_filesOfAnotherKind_endInOneLine() throws IOException {
    byte[] good = Files.readAllBytes(model);
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(1, 4, 4), 2), Initializer.he(), 1), model);
    String none = " has no convolution to explain; give a model with at least one conv2d layer";
    refused("", 1, "explain: " + model + none);
    Files.write(model, good);
    Files.writeString(picture, "none");
    String read =
        ": expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 6e 6f 6e 65; convert it";
    refused("", 1, "image " + picture + read);
  }

  @Test
  void explain_ontoFiles_namesThem() throws IOException {
    String cure = "; check the path and its permissions";
    Path taken = Files.createDirectories(out.resolve("index.html"));
    explain("").refused(1, "cannot read or write a file: " + taken + ": Is a directory" + cure);
    Path file = Files.writeString(folder.resolve("taken"), "mine");
    out = file.resolve("below");
    CommandRun below = explain("");
    below.refused(1, "cannot read or write a file: " + file + "...");
    assertThat(below.lastError()).endsWith(cure);
    out = file;
    refused(
        "",
        1,
        "--out: expects a folder, got the file " + file + "; give another name for the folder");
    assertThat(file).hasContent("mine");
    assertThat(fovea("explain %s %s", model, picture).err())
        .contains("Missing required option: '--out=DIR'");
  }

  @Test
  void explain_intoThePicturesFolder_keepsThePicture() throws IOException {
    out = Files.createDirectories(folder.resolve("own"));
    for (String name : List.of("picture.png", "layer-07-relu.png")) {
      picture = Files.copy(folder.resolve("dot.png"), out.resolve(name));
      Files.writeString(out.resolve("index.html"), "of before");
      explain("")
          .refused(
              2,
              "--out: expects a folder in which no input is overwritten, got "
                  + out
                  + ", whose "
                  + name
                  + " is an input; give another folder; see fovea explain --help");
      assertThat(picture).hasSameBinaryContentAs(folder.resolve("dot.png"));
      assertThat(names(out)).containsExactlyInAnyOrder("index.html", name);
      Files.delete(picture);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void explain_ontoAFullDisk_namesTheFileAndAsksForRoom() throws IOException {
    Path page = Files.createDirectories(out).resolve("index.html");
    Files.createSymbolicLink(page, Path.of("/dev/full"));
    explain("")
        .refused(
            1,
            "explain: cannot write "
                + page
                + ": No space left on device; free some space, or give another --out");
  }
}
