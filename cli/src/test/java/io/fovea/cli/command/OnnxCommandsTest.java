package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OnnxCommandsTest {
  /** A bottleneck as torch.onnx writes it, from the tests of fovea-format. */
  private static final Path FOREIGN =
      Path.of("../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx");

  @TempDir Path folder;
  private String digits = "";
  private String model = "";

  @BeforeEach
  void model() throws IOException {
    digits = SmallData.idxFolder(folder.resolve("digits"), 30).toString();
    model = folder.resolve("model.safetensors").toString();
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    network.publish(
        network.weights(),
        new Preprocessing(List.of(0.1307), List.of(0.3081), Preprocessing.Background.DARK),
        network.labels());
    Models.write(network, Path.of(model));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandRun done(String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.exit()).as(run.err()).isZero();
    return run;
  }

  @Test
  void exportAndImport_model_answersAlikeInEveryForm() {
    String answer = done("eval", model, digits, "--json").out();

    CommandRun written = done("export", model, "--out", at("net.onnx"));
    done("import", at("net.onnx"), "--out", at("same.safetensors"), "--no-optimize");
    done("import", at("net.onnx"), "--out", at("folded.safetensors"));

    assertThat(written.out()).startsWith("wrote " + at("net.onnx") + ", ").endsWith(" bytes\n");
    assertThat(done("eval", at("same.safetensors"), digits, "--json").out()).isEqualTo(answer);
    double accuracy = Json.read(answer).path("accuracy").asDouble();
    for (String other : List.of("folded.safetensors", "net.onnx")) {
      JsonNode json = Json.read(done("eval", at(other), digits, "--json").out());
      assertThat(json.path("accuracy").asDouble()).isEqualTo(accuracy);
    }
    assertThat(done("summary", at("folded.safetensors")).out()).doesNotContain("batch_norm2d");
    assertThat(done("summary", at("net.onnx")).out()).contains("conv2d");
    CommandRun other = CommandRun.of("summary", at("net.onnx"), "--classes", "5");
    assertThat(other.exit()).isEqualTo(2);
    assertThat(other.lastError())
        .startsWith(
            "fovea: --classes: %s has its own; leave the flag out, or name a network or a description"
                .formatted(at("net.onnx")));
  }

  @Test
  void export_withSoftmax_asJson_hasTheSize() throws IOException {
    CommandRun run = done("export", model, "--out", at("net.onnx"), "--softmax", "--json");

    JsonNode json = Json.read(run.out());
    assertThat(json.path("bytes").asLong()).isEqualTo(Files.size(Path.of(at("net.onnx"))));
    CommandRun back = done("import", at("net.onnx"), "--out", at("back.safetensors"));
    assertThat(back.err())
        .contains(
            "output/softmax (Softmax) at the end is left out: the network gives logits, and a classifier has its own softmax");
  }

  @Test
  void import_fileOfAnotherProgram_canBeLookedIntoAndTrained() throws IOException {
    Files.writeString(folder.resolve("names.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    String out = at("foreign.safetensors");
    String json = at("net.json");

    CommandRun run =
        done(
            "import",
            FOREIGN.toString(),
            "--out",
            out,
            "--no-optimize",
            "--labels",
            at("names.txt"),
            "--mean",
            "0.485,0.456,0.406",
            "--deviation",
            "0.25",
            "--network",
            json);

    assertThat(run.out())
        .isEqualTo(
            "wrote " + out + ": images of 3x16x16, 14 layers, 2,690 parameters, 10 classes\n");
    Network network = Models.load(Path.of(out));
    assertThat(network.labels()).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    assertThat(network.preprocessing().mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(network.preprocessing().deviation()).containsExactly(0.25, 0.25, 0.25);
    assertThat(network.graph().nodes())
        .extracting(Graph.Node::name)
        .contains("conv1", "bn1", "layer1_0_conv1", "layer1_0_downsample_1", "fc");
    Path pictures = SmallData.pictureFolder(folder.resolve("shapes"), 12);
    String picture;
    try (var files = Files.walk(pictures)) {
      picture =
          files.filter(file -> file.toString().endsWith(".png")).findFirst().orElseThrow() + "";
    }
    assertThat(done("predict", out, picture).out()).contains("%");
    done("explain", out, picture, "--out", at("explained"));
    assertThat(folder.resolve("explained/index.html")).exists();
  }

  @Test
  void train_importedNetwork_goesOnFromItsWeights() {
    done("export", model, "--out", at("net.onnx"));
    done(
        "import",
        at("net.onnx"),
        "--out",
        at("back.safetensors"),
        "--no-optimize",
        "--network",
        at("net.json"));

    CommandRun run =
        done(
            "train",
            digits,
            "--model",
            at("net.json"),
            "--init-from",
            at("back.safetensors"),
            "--epochs",
            "1",
            "--batch",
            "10",
            "--out",
            at("run"));

    assertThat(run.err() + run.out()).contains("epoch");
  }

  @Test
  void import_labelsWithByteOrderMark_leavesItOut() throws IOException {
    Files.writeString(folder.resolve("names.txt"), "\uFEFFa\r\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");

    done("import", FOREIGN.toString(), "--out", at("x.safetensors"), "--labels", at("names.txt"));

    assertThat(Models.load(Path.of(at("x.safetensors"))).labels())
        .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  @Test
  void import_wrongFlags_errorNamesWhatIsExpected() throws IOException {
    Files.writeString(folder.resolve("two.txt"), "a\nb\n");
    String[] start = {"import", FOREIGN.toString(), "--out", at("x.safetensors")};

    assertThat(failure(start, "--labels", at("two.txt")))
        .endsWith(
            "--labels: the model has 10 outputs, "
                + at("two.txt")
                + " has 2 names; give one a line for each");
    Files.writeString(folder.resolve("twice.txt"), "a\nb\nc\nd\nb\nf\ng\nh\ni\nj\n");
    Files.write(Path.of(at("latin.txt")), new byte[] {'a', (byte) 0xe9, '\n'});
    assertThat(failure(start, "--labels", at("latin.txt")))
        .isEqualTo(
            "fovea: --labels: %s cannot be read: it is not text in UTF-8; save it as UTF-8"
                .formatted(at("latin.txt")));
    assertThat(failure(start, "--labels", at("twice.txt")))
        .endsWith(
            "--labels: "
                + at("twice.txt")
                + " names \"b\" twice; give each class a different name");
    assertThat(failure(start, "--mean", "1,2"))
        .contains(
            "--mean, --deviation: preprocessing: expects one mean, or one for each channel (3), got [1.0, 2.0]");
    assertThat(failure(start, "--input-shape", "big"))
        .contains("--input-shape: expects CxHxW, such as 3x32x32, got \"big\"");
    assertThat(failure(start, "--input-shape", "3x8x8"))
        .contains("input input is float batchx3x16x16, which has no images of 3x8x8");
    CommandRun none = CommandRun.of("import", at("none.onnx"), "--out", at("x.safetensors"));
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.lastError())
        .endsWith("import: there is no file " + at("none.onnx") + "; give an .onnx file");
    assertThat(folder.resolve("x.safetensors")).doesNotExist();
  }

  @Test
  void importAndExport_ontoTheirInputOrWithTheOthersEnding_writeNothing() throws IOException {
    done("export", model, "--out", at("net.onnx"));
    byte[] onnx = Files.readAllBytes(Path.of(at("net.onnx")));
    byte[] own = Files.readAllBytes(Path.of(model));
    Files.createSymbolicLink(Path.of(at("alias.safetensors")), Path.of(at("net.onnx")));
    Files.createSymbolicLink(Path.of(at("alias.onnx")), Path.of(model));

    assertThat(failure(new String[] {"import", at("net.onnx")}, "--out", at("net.onnx")))
        .isEqualTo(
            "fovea: --out: expects a file that ends in .safetensors, got \"net.onnx\"; see fovea import --help");
    assertThat(failure(new String[] {"export", model}, "--out", model))
        .isEqualTo(
            "fovea: --out: expects a file that ends in .onnx, got \"model.safetensors\"; see fovea export --help");
    assertThat(failure(new String[] {"import", at("net.onnx")}, "--out", at("alias.safetensors")))
        .isEqualTo(
            "fovea: --out: expects a file other than the input, got %s; give another name; see fovea import --help"
                .formatted(at("alias.safetensors")));
    assertThat(failure(new String[] {"export", model}, "--out", at("alias.onnx")))
        .isEqualTo(
            "fovea: --out: expects a file other than the input, got %s; give another name; see fovea export --help"
                .formatted(at("alias.onnx")));
    String[] described = {"import", at("net.onnx"), "--out", at("x.safetensors")};
    assertThat(failure(described, "--network", at("net.onnx")))
        .startsWith("fovea: --network: expects a file other than the input, got ");
    assertThat(Path.of(at("net.onnx"))).hasBinaryContent(onnx);
    assertThat(Path.of(model)).hasBinaryContent(own);
    assertThat(Path.of(at("x.safetensors"))).doesNotExist();
  }

  @Test
  void import_ontoItsOwnOtherFiles_writesNothing() throws IOException {
    done("export", model, "--out", at("net.onnx"));
    String names = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
    Files.writeString(folder.resolve("lab.txt"), names);
    Files.createSymbolicLink(folder.resolve("here"), folder);
    String[] start = {"import", at("net.onnx")};

    assertThat(
            failure(
                start, "--out", at("x.safetensors"), "--network", at("new/../here/x.safetensors")))
        .isEqualTo(
            "fovea: --network: expects a file other than that of --out, got %s; give another name; see fovea import --help"
                .formatted(at("new/../here/x.safetensors")));
    assertThat(failure(start, "--out", at("lab.txt"), "--labels", at("here/lab.txt")))
        .isEqualTo(
            "fovea: --out: expects a file other than that of --labels, got %s; give another name; see fovea import --help"
                .formatted(at("lab.txt")));
    String[] labelled = {
      "import", at("net.onnx"), "--out", at("x.safetensors"), "--labels", at("lab.txt")
    };
    assertThat(failure(labelled, "--network", at("lab.txt")))
        .startsWith("fovea: --network: expects a file other than that of --labels, got ");
    assertThat(folder.resolve("lab.txt")).hasContent(names);
    assertThat(folder.resolve("x.safetensors")).doesNotExist();
  }

  @Test
  void import_ontoStandardOutput_leavesNothingElseThere() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/stdout")));
    done("export", model, "--out", at("net.onnx"));
    done("import", at("net.onnx"), "--out", at("same.safetensors"));
    Path redirected = folder.resolve("redirected.safetensors");
    Path log = folder.resolve("log.txt");
    List<String> arguments = List.of("import", at("net.onnx"), "--out", "/dev/stdout");

    int exit =
        new ProcessBuilder(FoveaProcess.command(List.of("-Xmx512m"), arguments))
            .redirectOutput(redirected.toFile())
            .redirectError(log.toFile())
            .start()
            .waitFor();

    assertThat(exit).as(Files.readString(log)).isZero();
    assertThat(redirected).hasSameBinaryContentAs(Path.of(at("same.safetensors")));
    assertThat(log).content().contains("wrote /dev/stdout: images of 1x28x28, ");
    assertThat(Path.of("/dev/stdout")).isSymbolicLink();
  }

  private static String failure(String[] start, String... flags) {
    List<String> args = new ArrayList<>(List.of(start));
    args.addAll(List.of(flags));
    CommandRun run = CommandRun.of(args);
    assertThat(run.exit()).isPositive();
    return run.err().lines().findFirst().orElse("");
  }
}
