package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.serve.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are which models; none of them is opened. */
class ModelFolderTest {
  @TempDir Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void list_filesRunsAndVersions_haveNames() throws IOException {
    Path a = file("My Digits-2.v1.safetensors");
    Path b = file("cats.onnx");
    Path run = file("run/best.safetensors");
    file("run/model.safetensors");
    Path first = file("dogs/1/model.onnx");
    Path second = file("dogs/2/best.safetensors");
    file("dogs/02/model.safetensors");
    file("dogs/latest/model.safetensors");
    file("dogs/3/notes.txt");
    file(".hidden.safetensors");
    file("x.safetensors.part");
    var models = ModelFolder.list(folder);
    assertThat(models.keySet()).containsExactly("My_Digits-2.v1", "cats", "dogs", "run");
    assertThat(models.get("My_Digits-2.v1")).containsEntry(1, List.of(a)).hasSize(1);
    assertThat(models.get("cats")).containsEntry(1, List.of(b)).hasSize(1);
    assertThat(models.get("run")).containsEntry(1, List.of(run)).hasSize(1);
    assertThat(models.get("dogs"))
        .containsEntry(1, List.of(first))
        .containsEntry(2, List.of(second))
        .hasSize(2);
    assertThat(ModelFolder.isOne(folder)).isTrue();
    assertThat(ModelFolder.isOne(folder.resolve("run"))).isFalse();
    assertThat(ModelFolder.isOne(a)).isFalse();
  }

  @Test
  void list_twoFilesOfOneName_hasBoth() throws IOException {
    Path onnx = file("cats.onnx");
    Path other = file("cats.safetensors");
    assertThat(ModelFolder.list(folder).get("cats")).containsEntry(1, List.of(onnx, other));
  }

  @Test
  void single_fileOrRun_isCalledByItsName() throws IOException {
    Path file = file("cats.onnx");
    Path best = file("runs/mine/best.safetensors");
    assertThat(ModelFolder.single(file).get("cats")).containsEntry(1, List.of(file));
    assertThat(ModelFolder.single(Objects.requireNonNull(best.getParent())).get("mine"))
        .containsEntry(1, List.of(best));
  }

  /** So a model whose link leads nowhere goes like one whose file was deleted. */
  @Test
  void list_linkThatLeadsNowhere_isLeftOut() throws IOException {
    Path store = Files.createDirectory(folder.resolve("store"));
    Path dog = file("dog.onnx");
    Path target = Files.createFile(store.resolve("cat.bin"));
    Path cat = Files.createSymbolicLink(folder.resolve("cat.onnx"), target);
    assertThat(ModelFolder.list(folder)).containsOnlyKeys("cat", "dog");
    assertThat(ModelFolder.list(folder).get("cat")).containsEntry(1, List.of(cat));
    Files.delete(target);
    assertThat(ModelFolder.list(folder)).containsOnlyKeys("dog");
    assertThat(ModelFolder.list(folder).get("dog")).containsEntry(1, List.of(dog));
  }
}
