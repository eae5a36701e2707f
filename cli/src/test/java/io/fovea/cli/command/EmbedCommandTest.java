package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.data.Images;
import io.fovea.format.Models;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("widths")
class EmbedCommandTest {
  @TempDir Path folder;
  private String model = "";
  private String pictures = "";
  private Network network;

  @BeforeEach
  void write() throws IOException {
    network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 20, 20), 3), Initializer.he(), 1);
    model = folder.resolve("model.safetensors").toString();
    Models.write(network, Path.of(model));
    pictures = SmallData.pictureFolder(folder.resolve("pictures"), 3).toString();
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void embed_folder_writesARowAPictureInOrder() throws IOException {
    Path copy = Files.copy(Path.of(pictures, "ring", "p1.png"), folder.resolve("a, copy.png"));
    CommandRun run =
        done("embed %s %s %s --out %s --out %s", model, pictures, copy, at("x.npy"), at("x.csv"));

    NdArray rows = Npy.read(Path.of(at("x.npy")));
    int size = network.pooledFeatures(network.featureNode()).graph().output().elements();
    assertThat(rows.dims()).containsExactly(10, size);
    assertThat(run.err()).contains("features of " + network.featureNode());
    assertThat(run.out())
        .isEqualTo(
            "wrote %s: 10 images of %d numbers\nwrote %s: 10 images of %d numbers\n"
                .formatted(at("x.npy"), size, at("x.csv"), size));
    List<String> lines = Files.readAllLines(Path.of(at("x.csv")));
    assertThat(lines).hasSize(11);
    assertThat(lines.getLast()).startsWith("\"" + copy + "\",");
    assertThat(lines.getFirst()).startsWith("file,f0,f1,");
    assertThat(lines.get(4)).startsWith(pictures + "/cross/p0.png,");
    String[] cells = lines.get(4).split(",", -1);
    for (int i = 0; i < size; i++) {
      assertThat(Float.parseFloat(cells[i + 1])).isEqualTo(rows.floats()[3 * size + i]);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void embed_ontoAFullDisk_namesTheFile() throws IOException {
    Files.createSymbolicLink(folder.resolve("x.csv"), Path.of("/dev/full"));
    fovea("embed %s %s --out %s", model, pictures, at("x.csv"))
        .failed(
            1,
            "embed: cannot write %s: No space left on device; free some space, or give another --out"
                .formatted(at("x.csv")));
  }

  @Test
  void embed_map_isPooledAndSaidSo() throws IOException {
    CommandRun run = done("embed %s %s --node conv1 --out %s", model, pictures, at("x.npy"));

    assertThat(run.err())
        .contains(
            "features of conv1 (16x20x20), the mean of each channel over the map: 16 numbers");
    Tensor map =
        Classifier.of(network.features("conv1"), 1, KernelSet.REFERENCE)
            .outputs(List.of(Images.read(Path.of(pictures, "bar", "p0.png"))));
    float[] expected = new float[16];
    for (int c = 0; c < 16; c++) {
      for (int i = 0; i < 400; i++) {
        expected[c] += map.get(0, c, i / 20, i % 20) / 400;
      }
    }
    float[] rows = Npy.read(Path.of(at("x.npy"))).floats();
    for (int c = 0; c < 16; c++) {
      assertThat(rows[c]).isCloseTo(expected[c], within(1e-4f));
    }
  }

  @Test
  void embed_brokenPicture_isNamedAndTheOthersAreWritten() throws IOException {
    Files.writeString(folder.resolve("pictures/bar/p1.png"), "no picture");
    fovea("embed %s %s --out %s", model, pictures, at("x.npy"))
        .failed(1, "image " + pictures + "/bar/p1.png: ...");
    assertThat(Npy.read(Path.of(at("x.npy"))).dims()[0]).isEqualTo(8);
  }

  @Test
  void embed_wrongArguments_areRefused() {
    String embed = "embed %s %s ";
    fovea(embed, model, pictures).refused(2, "--out: expects a file to write, got none...");
    fovea(embed + "--out x.txt", model, pictures)
        .refused(2, "--out: expects a file that ends in .npy or .csv, got \"x.txt\"...");
    fovea(embed + "--out x.npy --node con1", model, pictures)
        .refused(1, "network: no node named \"con1\"; did you mean \"conv1\"? Expected are ...");
  }

  @Test
  void export_node_givesTheFeaturesInOnnx() throws IOException {
    done("export %s --node relu2 --pool --out %s", model, at("cut.onnx"));
    Tensor x = Tensor.zeros(Shape.of(3, 20, 20), 2);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = (i * 31 % 97) / 97f;
    }
    Npy.write(NdArray.of(new int[] {2, 3, 20, 20}, x.toArray()), Path.of(at("x.npy")));
    done("run %s --input %s --out %s", at("cut.onnx"), at("x.npy"), at("y.npy"));

    NdArray y = Npy.read(Path.of(at("y.npy")));
    float[] expected =
        Classifier.of(network.pooledFeatures("relu2"), 1, KernelSet.REFERENCE).outputs(x).toArray();
    assertThat(y.dims()[0]).isEqualTo(2);
    assertThat(y.floats()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(y.floats()[i]).isCloseTo(expected[i], within(1e-4f));
    }

    done("export %s --node relu2 --out %s", model, at("map.onnx"));
    done("run %s --input %s --out %s", at("map.onnx"), at("x.npy"), at("y.npy"));
    assertThat(Npy.read(Path.of(at("y.npy"))).rank()).isEqualTo(4);
  }

  @Test
  void export_flagsThatContradict_areRefused() {
    fovea("export %s --pool --out %s", model, at("x.onnx"))
        .refused(2, "--pool: needs --node NAME, got none; name the layer to end at...");
    CommandRun softmax = fovea("export %s --softmax --node relu2 --out %s", model, at("x.onnx"));
    assertThat(softmax.lastError())
        .startsWith("fovea: --softmax: cannot be combined with --node; leave one out");
  }
}
