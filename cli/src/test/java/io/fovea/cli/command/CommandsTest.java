package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.train.flags.TrainFlags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CommandsTest {
  @Test
  void run_outOfMemory_errorIsOneLineWithTheCure() {
    Error unloaded = new NoClassDefFoundError("Could not initialize class io.fovea.X");
    unloaded.initCause(
        new ExceptionInInitializerError(
            "Exception java.lang.OutOfMemoryError: Java heap space [in thread \"main\"]"));
    for (Error full : List.of(new OutOfMemoryError("Java heap space"), unloaded)) {
      assertThat(failureBy(full))
          .isEqualToIgnoringNewLines(
              "fovea: out of memory: the heap has at most %d MB; use a smaller --batch, fewer --threads, fewer or smaller pictures, or a larger heap: FOVEA_JAVA_OPTS=-Xmx8g"
                  .formatted(Runtime.getRuntime().maxMemory() >> 20));
    }
  }

  /** The JVM's text, which "ulimit -u 18" brings about. */
  @Test
  void run_outOfThreads_doesNotBlameTheHeap() {
    String text =
        "unable to create native thread: possibly out of memory or process/resource limits reached";
    assertThat(failureBy(new OutOfMemoryError(text)))
        .isEqualToIgnoringNewLines(
            "fovea: out of threads: the system refuses to start another one; use fewer --threads, end other programs, or raise the limit on processes (ulimit -u, or that of the container)");
  }

  private static String failureBy(Error error) {
    OutputStream greedy =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw error;
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(FoveaCommand.run(CommandRun.screen(greedy, err), "summary", "mlp")).isEqualTo(1);
    return err.toString(StandardCharsets.UTF_8);
  }

  @TempDir Path folder;

  @Test
  void threads_moreThanTheMachineHasAUseFor_areBoundedAndThatIsSaid() {
    int processors = Runtime.getRuntime().availableProcessors();
    int most = Math.min(1024, 4 * processors);
    CommandRun run = fovea("gradcheck mlp --threads 1024").done();
    if (most < 1024) {
      assertThat(run.err())
          .contains(
              "--threads: using %d instead of 1024; more than 4 for each of %d processors gain nothing\n"
                  .formatted(most, processors));
    }
    assertThat(fovea("gradcheck mlp --threads %s", most).err()).doesNotContain("--threads");
  }

  @Test
  void noCommand_showsHelp() {
    CommandRun run = fovea("").done();
    assertThat(run.out())
        .startsWith("Usage: fovea [-hV] COMMAND\n")
        .containsSubsequence(
            "\nTrain and use:\n  train ",
            "\nFiles and data:\n  data ",
            "\nFinished runs:\n  replay ",
            "\nThis machine and clusters:\n  doctor ")
        .doesNotContain("rehearse", "Commands:");
  }

  @Test
  void help_ofEachCommand_describesIt() {
    String commands =
        "train predict eval explain serve studio data weights import export summary run embed replay verify doctor bench gradcheck spark-train";
    for (String command : commands.split(" ", -1)) {
      CommandRun run = done("%s --help", command);
      assertThat(run.out()).contains("Usage: fovea " + command);
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void help_ofTrain_hasEachFlagOnce_inGroups() {
    String help = fovea("train --help").out();
    assertThat(help)
        .startsWith("Usage: fovea train [OPTIONS] [DATA]")
        .containsSubsequence(
            "\nData:\n",
            "--image-size",
            "\nNetwork:\n",
            "--model",
            "\nLearning:\n",
            "--epochs",
            "\nPretrained weights:\n",
            "--fine-tune",
            "\nOutput and process:\n",
            "--out");
    for (String flag : TrainFlags.TABLE.defaults().keySet()) {
      assertThat(help.split("\n {6}--" + flag + "[=\\[\n ]", -1)).as(flag).hasSize(2);
    }
  }

  @Test
  void unknownCommand_isNotOfferedWhatIsHidden() {
    assertThat(fovea("tarin").lastError()).doesNotContain("rehearse");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --epohcs 3|Unknown option: '--epohcs'; did you mean --epochs?",
        "train mnist again|expects no further argument, got \"again\"",
        "data lst|no command is named \"lst\"; did you mean \"list\"? Expected are check, fetch, list, show",
        "eval MODEL --threads 0|--threads: expects a whole number from 1 to 1024, got \"0\"",
        "predict MODEL a.png --threads -1|--threads: expects a whole number from 1 to 1024, got \"-1\"",
        "explain MODEL a.png --out DIR --threads 9999|--threads: expects a whole number from 1 to 1024, got \"9999\"",
        "gradcheck mlp --threads 0|--threads: expects a whole number from 1 to 1024, got \"0\"",
        "gradcheck mlp --classes 0|--classes: expects a whole number from 1 up, got 0",
        "summary mlp --classes 0|--classes: expects a whole number from 1 up, got 0",
        "summary mlp --input 0x28x28|--input: expects sizes from 1 up, got \"0x28x28\"",
        "tarin|no command is named \"tarin\"; did you mean \"train\"? Expected are train, predict, eval,",
        "bench --seconds 0|--seconds: expects a number above 0 up to 3600, got 0.0",
        "summary pooled --kernels winograd|--kernels: expects one of auto, vector, vector-direct, reference, got \"winograd\"",
        "summary pooled --input 32|--input: expects CxHxW, such as 3x32x32, got \"32\"",
        "bench mpl|model: no network is named \"mpl\"; did you mean \"mlp\"?",
        "data fetch mnist --grayscale|Unknown option: '--grayscale'",
        "data show mnist --out sheet.txt|--out: expects a file that ends in .png, got \"sheet.txt\"",
        "data show mnist --rows 101|--rows and --columns: expect whole numbers from 1 to 100, got 101 and 12",
        "train --out ''|Invalid value for option '--out': expects a path, got an empty text",
      })
  void wrongUsage_errorNamesWhatIsExpected_exitCodeIsTwo(String line, String expected) {
    fovea(line).refused(2, expected + "...");
  }

  @Test
  void studio_noFolder_errorNamesThePathBeforeItOpens() throws IOException {
    Path none = folder.resolve("none");
    Path file = Files.writeString(folder.resolve("file"), "x");
    fovea("studio --port 0 --data %s", none)
        .refused(
            1,
            "--data: expects a folder, got %s, which does not exist; check the path"
                .formatted(none));
    for (String flag : List.of("--data", "--runs")) {
      fovea("studio --port 0 %s %s", flag, file)
          .refused(1, flag + ": expects a folder, got " + file + ", a file; check the path");
    }
    fovea("studio --port 0 --data %s --runs %s/runs", folder, folder)
        .refused(2, "--runs: expects a folder outside the images of " + folder + ", got ...");
  }

  @Test
  void summary_ofTheTwoLayerNetwork_countsItsParameters() {
    CommandRun run = fovea("summary two-layer-cnn --json");
    JsonNode json = run.json();
    // 16*25+16 + 32*16*25+32 + 25088*100+100 + 100*10+10
    assertThat(json.path("parameters").asInt()).isEqualTo(2_523_158);
    // 784*16*25 + 784*32*16*25 + 25088*100 + 100*10
    assertThat(json.path("multiplyAdds").asInt()).isEqualTo(12_858_600);
    assertThat(json.path("layers").get(0).path("kernel").asString()).isEqualTo("direct");
    assertThat(fovea("summary pooled").out()).contains("max_pool2d", "32x7x7", "total");
    assertThat(fovea("summary mobilenet-v2:0.5 --input 3x64x64").out()).contains("700,490");
    assertThat(fovea("summary resnet8").out())
        .contains("batch_norm2d", "bn9 short3-bn", "77,754"); // no buffers among the parameters
  }

  @Test
  void summary_batch_printsTheMemoryAndTheHeap() {
    CommandRun run = fovea("summary pooled --batch 8 --threads 2");
    assertThat(run.out())
        .contains("weights", "derived from weights", "buffers", "scratch", "while loading")
        .containsPattern("calls of up to 8 images on 2 threads; heap to set: -Xmx\\d+m\n");
    JsonNode memory = fovea("summary pooled --batch 1 --json").json();
    assertThat(memory.path("memory").path("heap").asLong())
        .isGreaterThan(memory.path("memory").path("total").asLong());
    fovea("summary pooled --batch 0")
        .failed(2, "--batch: expects a whole number from 1 to 1024, got \"0\"...");
  }

  @Test
  void summary_plan_listsFusedLayers() {
    String out = fovea("summary resnet8 --plan --input 3x32x32").out();
    assertThat(out).contains("fused in inference", "fused in training", "bytes an image, in ");
    assertThat(out).contains("conv3 + add1 + stage1  conv2d + add + relu\n");
    assertThat(out).contains("folded into other layers: bn1 bn2 bn3 short2-bn");
    assertThat(out).containsPattern("bn2 \\+ relu2 +batch_norm2d \\+ relu\n");
    assertThat(out).containsPattern("add1 \\+ stage1 +batch_norm2d \\+ add \\+ relu\n");
    CommandRun json = fovea("summary pooled --plan --json");
    assertThat(json.out()).contains("\"answers\":{\"passes\":[[\"conv1\",\"relu1\",\"pool1\"]");
  }

  @Test
  void summary_ofEachKernelSet_namesTheAlgorithmOfEachConvolution() {
    assertThat(convolutions("")).containsExactly("direct", "winograd F(4x4,5x5)");
    assertThat(convolutions("--kernels vector")).containsExactly("direct", "winograd F(4x4,5x5)");
    assertThat(convolutions("--kernels vector-direct")).containsExactly("direct", "direct");
    assertThat(convolutions("--kernels reference")).containsExactly("reference", "reference");
    assertThat(fovea("summary two-layer-cnn").out()).contains("winograd F(4x4,5x5)");
  }

  private static List<String> convolutions(String flags) {
    return done("summary two-layer-cnn --json " + flags)
        .json()
        .path("layers")
        .valueStream()
        .filter(row -> row.path("layer").asString().equals("conv2d"))
        .map(row -> row.path("kernel").asString())
        .toList();
  }

  @Test
  void summary_forOtherImages_adapts() {
    JsonNode json = fovea("summary pooled --input 3x32x32 --classes 5 --json").json();
    assertThat(json.path("input").toString()).isEqualTo("[3,32,32]");
    assertThat(json.path("layers").get(9).path("output").toString()).isEqualTo("[5]");
  }

  @Test
  void gradcheck_ofASmallPooledNetwork_passesForEveryTensor() {
    CommandRun run = fovea("gradcheck pooled --input 1x8x8 --json").done();
    JsonNode json = run.json();
    assertThat(json.path("passed").asBoolean()).isTrue();
    List<String> tensors =
        json.path("rows")
            .valueStream()
            .map(row -> row.path("node").asString() + "." + row.path("tensor").asString())
            .toList();
    assertThat(tensors)
        .contains(
            "conv2.dweight", "conv2.dbias", "conv2.dx", "pool1.dx", "dense1.dweight", "loss.dx");
    for (JsonNode row : json.path("rows")) {
      assertThat(row.path("numeric").asDouble()).isLessThan(1e-7);
      assertThat(row.path("fast").asDouble()).isLessThan(1e-5);
    }
    assertThat(done("gradcheck mlp --input 1x4x4").out())
        .contains("dense1", "dweight", "all gradients agree")
        .doesNotContain("WRONG");
  }

  @Test
  void bench_ofOneNetwork_printsPositiveFigures() {
    JsonNode json = fovea("bench mlp --seconds 0.05 --threads 1 --json").json();
    assertThat(json.path("gflops").asDouble()).isPositive();
    assertThat(json.path("threads").asInt()).isEqualTo(1);
    JsonNode row = json.path("networks").get(0);
    assertThat(row.path("name").asString()).isEqualTo("mlp");
    String figures = "trainingImagesPerSecond inferenceImagesPerSecond microseconds microseconds99";
    for (String figure : figures.split(" ", -1)) {
      assertThat(row.path(figure).asDouble()).as(figure).isPositive();
    }
    String table = fovea("bench mlp --seconds 0.05").out();
    assertThat(table).contains("GFLOP/s", "network", "mlp", "1x28x28");
  }
}
