package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Tag("widths")
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

  @Test
  void export_asJava_namesTheModelAndRefusesWhatIsNoClass() throws IOException {
    CommandRun written = done("export %s --out %s --package com.example", model, at("Net.java"));

    assertThat(written.out())
        .startsWith("wrote " + at("Net.java") + " and " + at("Net.weights") + ", ");
    assertThat(Files.readString(folder.resolve("Net.java")))
        .contains("// Model: model.safetensors, SHA-256 ", "package com.example;", "class Net {");
    fovea("export %s --out %s", model, at("a-b.java"))
        .refused(2, "java source: expects the name of a class, such as Digits.java, got \"a-b...");
    fovea("export %s --out %s --softmax", model, at("Net.java"))
        .refused(2, "--softmax: a class has both, logits and probabilities; leave it out...");
    fovea("export %s --out %s --package a", model, at("a.onnx"))
        .refused(2, "--package: needs --out FILE.java, got a.onnx; leave it out...");
  }

  @Test
  void exportAndImport_model_answersAlikeInEveryForm() {
    String answer = done("eval %s %s --json", model, digits).out();

    CommandRun written = done("export %s --out %s", model, at("net.onnx"));
    done("import %s --out %s --no-optimize", at("net.onnx"), at("same.safetensors"));
    done("import %s --out %s", at("net.onnx"), at("folded.safetensors"));

    assertThat(written.out()).startsWith("wrote " + at("net.onnx") + ", ").endsWith(" bytes\n");
    assertThat(done("eval %s %s --json", at("same.safetensors"), digits).out()).isEqualTo(answer);
    double accuracy = Json.read(answer).path("accuracy").asDouble();
    for (String other : List.of("folded.safetensors", "net.onnx")) {
      JsonNode json = done("eval %s %s --json", at(other), digits).json();
      assertThat(json.path("accuracy").asDouble()).isEqualTo(accuracy);
    }
    assertThat(done("summary %s", at("folded.safetensors")).out()).doesNotContain("batch_norm2d");
    assertThat(done("summary %s", at("net.onnx")).out()).contains("conv2d");
    fovea("summary %s --classes 5", at("net.onnx"))
        .refused(
            2,
            "--classes: %s has its own; leave the flag out, or name a network or a description"
                    .formatted(at("net.onnx"))
                + "...");
  }

  @Test
  void export_withSoftmax_asJson_hasTheSize() throws IOException {
    CommandRun run = done("export %s --out %s --softmax --json", model, at("net.onnx"));

    JsonNode json = run.json();
    assertThat(json.path("bytes").asLong()).isEqualTo(Files.size(Path.of(at("net.onnx"))));
    CommandRun back = done("import %s --out %s", at("net.onnx"), at("back.safetensors"));
    assertThat(back.err())
        .contains(
            "output/softmax (Softmax) at the end is left out: the network gives logits, and a classifier has its own softmax");
  }

  @Test
  void import_fileOfAnotherProgram_canBeLookedIntoAndTrained() throws IOException {
    Files.writeString(folder.resolve("names.txt"), "\uFEFFa\r\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    String out = at("foreign.safetensors");
    String json = at("net.json");

    CommandRun run =
        done(
            "import %s --out %s --no-optimize --labels %s --mean 0.485,0.456,0.406 --deviation 0.25 --network %s",
            FOREIGN, out, at("names.txt"), json);

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
    Path picture = pictures.resolve("ring/p0.png");
    assertThat(done("predict %s %s", out, picture).out()).contains("%");
    done("explain %s %s --out %s", out, picture, at("explained"));
    assertThat(folder.resolve("explained/index.html")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --labels FOLDER/two.txt   | --labels: the model has 10 outputs, FOLDER/two.txt has 2 names; give one a line for each
          --labels FOLDER/latin.txt | --labels: FOLDER/latin.txt cannot be read: it is not text in UTF-8; save it as UTF-8
          --labels FOLDER/twice.txt | --labels: FOLDER/twice.txt names "b" twice; give each class a different name
          --mean 1,2                | --mean, --deviation: preprocessing: expects one mean, or one for each channel (3), got [1.0, 2.0]
          --input-shape big         | --input-shape: expects CxHxW, such as 3x32x32, got "big"
          --input-shape 3x8x8       | input input is float batchx3x16x16, which has no images of 3x8x8
          """)
  void import_wrongFlags_errorNamesWhatIsExpected(String flags, String error) throws IOException {
    Files.writeString(folder.resolve("two.txt"), "a\nb\n");
    Files.writeString(folder.resolve("twice.txt"), "a\nb\nc\nd\nb\nf\ng\nh\ni\nj\n");
    Files.write(Path.of(at("latin.txt")), new byte[] {'a', (byte) 0xe9, '\n'});
    String here = flags.replace("FOLDER", folder.toString());
    CommandRun run = fovea("import %s --out %s " + here, FOREIGN, at("x.safetensors"));
    assertThat(run.exit()).isPositive();
    assertThat(run.err().lines().findFirst().orElse(""))
        .contains(error.replace("FOLDER", folder.toString()));
    assertThat(folder.resolve("x.safetensors")).doesNotExist();
  }

  @Test
  void import_noFile_isNamed() {
    fovea("import %s --out %s", at("none.onnx"), at("x.safetensors"))
        .refused(1, "import: there is no file " + at("none.onnx") + "; give an .onnx file");
  }

  @Test
  void importAndExport_ontoTheirInputOrWithTheOthersEnding_writeNothing() throws IOException {
    done("export %s --out %s", model, at("net.onnx"));
    byte[] onnx = Files.readAllBytes(Path.of(at("net.onnx")));
    byte[] own = Files.readAllBytes(Path.of(model));
    Files.createSymbolicLink(Path.of(at("alias.safetensors")), Path.of(at("net.onnx")));
    Files.createSymbolicLink(Path.of(at("alias.onnx")), Path.of(model));

    fovea("import %s --out %s", at("net.onnx"), at("net.onnx"))
        .refused(
            2,
            "--out: expects a file that ends in .safetensors, got \"net.onnx\"; see fovea import --help");
    fovea("export %s --out %s", model, model)
        .refused(
            2,
            "--out: expects a file that ends in .onnx, got \"model.safetensors\"; see fovea export --help");
    String other =
        "--out: expects a file other than the input, got %s; give another name; see fovea %s --help";
    fovea("import %s --out %s", at("net.onnx"), at("alias.safetensors"))
        .refused(2, other.formatted(at("alias.safetensors"), "import"));
    fovea("export %s --out %s", model, at("alias.onnx"))
        .refused(2, other.formatted(at("alias.onnx"), "export"));
    fovea("import %s --out %s --network %s", at("net.onnx"), at("x.safetensors"), at("net.onnx"))
        .refused(2, "--network: expects a file other than the input, got ...");
    assertThat(Path.of(at("net.onnx"))).hasBinaryContent(onnx);
    assertThat(Path.of(model)).hasBinaryContent(own);
    assertThat(Path.of(at("x.safetensors"))).doesNotExist();
  }

  @Test
  void import_ontoItsOwnOtherFiles_writesNothing() throws IOException {
    done("export %s --out %s", model, at("net.onnx"));
    String names = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
    Files.writeString(folder.resolve("lab.txt"), names);
    Files.createSymbolicLink(folder.resolve("here"), folder);
    String start = "import %s --out %s --labels %s ";
    String other =
        ": expects a file other than that of %s, got %s; give another name; see fovea import --help";
    String twice = at("new/../here/x.safetensors");
    fovea("import %s --out %s --network %s", at("net.onnx"), at("x.safetensors"), twice)
        .refused(2, "--network" + other.formatted("--out", twice));
    fovea(start, at("net.onnx"), at("lab.txt"), at("here/lab.txt"))
        .refused(2, "--out" + other.formatted("--labels", at("lab.txt")));
    fovea(start + "--network %s", at("net.onnx"), at("x.safetensors"), at("lab.txt"), at("lab.txt"))
        .refused(2, "--network: expects a file other than that of --labels, got ...");
    assertThat(folder.resolve("lab.txt")).hasContent(names);
    assertThat(folder.resolve("x.safetensors")).doesNotExist();
  }

  @Test
  void import_ontoStandardOutput_leavesNothingElseThere() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/stdout")));
    done("export %s --out %s", model, at("net.onnx"));
    done("import %s --out %s", at("net.onnx"), at("same.safetensors"));
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
}
