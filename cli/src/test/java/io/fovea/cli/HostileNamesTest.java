package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of files with control characters reach neither the terminal nor a second line. */
@DisabledOnOs(OS.WINDOWS) // has no such names
class HostileNamesTest {
  private static final String NAME = "a\nfovea: all well\u001b[2J\u009bb\u202ec";
  private static final String SHOWN = "a\\u000afovea: all well\\u001b[2J\\u009bb\\u202ec";

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Path model;

  @BeforeAll
  static void write() throws IOException {
    model = folder.resolve("model.safetensors");
    Models.write(Network.of(Zoo.POOLED.graph(Shape.of(1, 12, 12), 3), Initializer.he(), 1), model);
    Images.write(Image.of(1, 12, 12, new byte[144]), folder.resolve(NAME + ".png"));
    for (String ending : List.of(".onnx", ".safetensors", ".npy", ".csv", ".pt", ".jpg")) {
      Files.writeString(folder.resolve(NAME + ending), "no such thing");
    }
    Path run = Files.createDirectory(folder.resolve(NAME));
    Files.writeString(run.resolve("config.json"), "[]");
  }

  private static CommandRun run(String command) {
    List<String> args =
        Arrays.stream(command.split(" "))
            .map(arg -> arg.replace("FILE", folder.resolve(NAME).toString()))
            .map(arg -> arg.replace("MODEL", model.toString()))
            .toList();
    CommandRun run = CommandRun.of(args);
    assertThat(run.out() + run.err())
        .as(command)
        .matches(text -> text.codePoints().allMatch(c -> c == '\n' || isVisible(c)));
    return run;
  }

  private static boolean isVisible(int c) {
    int type = Character.getType(c);
    return type != Character.CONTROL && type != Character.FORMAT;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "predict MODEL FILE.jpg",
        "predict MODEL FILE.gif",
        "predict FILE.safetensors FILE.png",
        "predict FILE FILE.png",
        "explain MODEL FILE.jpg --out FILE",
        "eval FILE.safetensors",
        "eval MODEL --data FILE",
        "eval MODEL --data FILE.csv",
        "summary FILE.safetensors",
        "summary FILE.onnx",
        "summary FILE.pt",
        "summary FILE.json",
        "run FILE.onnx",
        "import FILE.onnx --out FILE.safetensors",
        "import FILE.none --out FILE.safetensors",
        "export FILE.safetensors --out FILE.onnx",
        "train --data FILE",
        "train --data mnist --out FILE",
        "train --resume FILE",
        "train --recipe FILE.none.json",
        "serve FILE --port 0",
        "serve FILE.safetensors --port 0",
        "data FILE",
        "FILE",
        "summary --FILE"
      })
  void failure_namesAFile_inOneLine(String command) {
    CommandRun run = run(command);
    assertThat(run.exit()).as(run.err()).isIn(1, 2);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
  }

  @Test
  void results_nameFiles_visibly() {
    CommandRun line = run("predict MODEL FILE.png");
    assertThat(line.exit()).as(line.err()).isZero();
    assertThat(line.out().lines()).hasSize(1).first().asString().contains(SHOWN + ".png  ");
    CommandRun json = run("predict MODEL FILE.png --json");
    assertThat(json.out()).contains("a\\nfovea: all well\\u001B[2J\\u009bb\\u202ec.png\"");
    CommandRun written = run("export MODEL --out FILE-2.onnx");
    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(written.out()).contains(SHOWN + "-2.onnx");
  }

  /** Names of classes are those of folders. */
  @Test
  void classes_areNamedVisibly() throws IOException {
    Path pets = folder.resolve("pets");
    for (String name : List.of(NAME, "dog")) {
      Path kind = Files.createDirectories(pets.resolve(name));
      for (int n = 0; n < 6; n++) {
        byte[] pixels = new byte[144];
        Arrays.fill(pixels, (byte) (name.length() * n));
        Images.write(Image.of(1, 12, 12, pixels), kind.resolve(n + ".png"));
      }
    }
    String to = pets + "-run";
    CommandRun train = run("train " + pets + " --model mlp --epochs 1 --batch 4 --out " + to);
    assertThat(train.exit()).as(train.err()).isZero();
    CommandRun shown = run("eval " + to + " " + pets);
    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(shown.out()).contains(SHOWN);
  }
}
