package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a folder of photos may have besides sound photos of one name and one content each. */
@Timeout(120)
class SortFeaturesTest {
  private static final Backbone BACKBONE = Backbone.of(PhotoSorterTest.untrained());

  @TempDir Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void place() throws IOException {
    folder = Files.createDirectory(temporary.resolve("photos"));
  }

  private void write(int digit, String name) throws IOException {
    Images.write(MnistDigits.first(5).image(digit), folder.resolve(name));
  }

  private PhotoSorter open() throws DataException {
    Path journal = temporary.resolve("journal.jsonl");
    return PhotoSorter.open(BACKBONE, folder, journal, List.of("even", "odd"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void pipe_isBroken_andNeverOpened() throws Exception {
    write(1, "a.png");
    Path pipe = folder.resolve("b.png");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    try (PhotoSorter sorter = open()) {
      List<Integer> reports = new ArrayList<>();
      sorter.computeFeatures(reports::add);
      assertThat(reports).containsExactly(0, 1);
      assertThat(sorter.photos()).containsExactly(Path.of("a.png"));
      assertThat(sorter.broken().getFirst().reason())
          .isEqualTo("it is a pipe or a device; remove it");
    }
  }

  /** Legal names on Linux: a backslash, and what old archives have unpacked. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void next_strangeNames_areAskedByTheirPaths_orLeftOutWithAWord() throws Exception {
    write(1, "a.png");
    write(2, "back\\slash.png");
    String copy = "cp a.png \"$(printf 'lat\\351.png')\"";
    Process shell = new ProcessBuilder("sh", "-c", copy).directory(folder.toFile()).start();
    assertThat(shell.waitFor()).isZero();
    try (PhotoSorter sorter = open()) {
      assertThat(sorter.broken()).hasSize(1);
      assertThat(sorter.broken().getFirst().file()).isEqualTo("lat\ufffd.png");
      assertThat(sorter.broken().getFirst().reason())
          .isEqualTo("its name is not in the system's encoding; rename the file");
      sorter.computeFeatures(done -> {});
      for (int label = 0; label < 2; label++) {
        sorter.label(sorter.next().orElseThrow(), label);
      }
      assertThat(sorter.next()).isEmpty();
    }
    try (PhotoSorter sorter = open()) {
      assertThat(sorter.next()).isEmpty();
      assertThat(sorter.labelOf(Path.of("back\\slash.png"))).isPresent();
      Path target = temporary.resolve("sorted");
      sorter.writeTo(target);
      assertThat(Images.filesIn(target)).hasSize(2);
    }
  }

  @Test
  void photosThatAreGone_costNoOtherOnes() throws IOException {
    for (int i = 0; i < 4; i++) {
      write(i, i + ".png");
    }
    Files.createSymbolicLink(folder.resolve("!.png"), folder.resolve("nowhere"));
    try (PhotoSorter sorter = open()) {
      sorter.computeFeatures(done -> {});
      for (int i = 1; i < 5; i++) {
        sorter.label(sorter.photos().get(i), i % 2);
      }
      Files.delete(folder.resolve(sorter.photos().get(1)));
      sorter.writeTo(temporary.resolve("sorted"));
      assertThat(Images.filesIn(temporary.resolve("sorted"))).hasSize(3);
      assertThat(sorter.broken())
          .hasSize(2)
          .anyMatch(one -> one.reason().equals("its file is gone"));
    }
    try (PhotoSorter sorter = open()) {
      List<Integer> reports = new ArrayList<>();
      sorter.computeFeatures(reports::add);
      assertThat(reports).as("three are kept, the link is broken").containsExactly(3, 4);
    }
  }

  /** No fit without the photo is left that could say anything. */
  @Test
  void doubtful_amongCopiesOfOnePhoto_isEmpty() throws IOException {
    for (int i = 0; i < 6; i++) {
      write(0, "same%d.png".formatted(i));
    }
    try (PhotoSorter sorter = open()) {
      sorter.computeFeatures(done -> {});
      for (Path photo : sorter.photos()) {
        sorter.label(photo, sorter.photos().indexOf(photo) % 2);
      }
      assertThat(sorter.doubtful()).isEmpty();
      assertThat(sorter.copies()).hasSize(5);
    }
  }
}
