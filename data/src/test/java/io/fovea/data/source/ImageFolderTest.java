package io.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.DataSets;
import io.fovea.data.Pictures;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.tensor.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFolderTest extends FolderFixture {
  private void assertFails(String message) {
    assertThatThrownBy(this::open).isInstanceOf(DataException.class).hasMessage(message);
  }

  /** Files, folders and pictures; what is said of the folder. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | images FOLDER: expects one folder of photos a class (cats/1.jpg ..., dogs/1.png ...), got none; put them there, or name another folder (IDX files, train-images-idx3-ubyte ..., are read as well)
          a/1.png | images FOLDER: expects at least two class folders, got only a; name the folder that has the class folders in it
          a/1.png b/ | images FOLDER: the class folder b has no images; put PNG or JPEG photos into it, or remove it
          a/1.png b/1.png | NAME: has no test images, and no class has two images or more, so none can be held out; add images
          a/1.png b/1.png b/a.txt | image b/a.txt: expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 68 65 6c 6c; convert it
          train/a/1.png train/b/1.png train/c/1.png test/a/1.png test/b/1.png test/d/1.png | images FOLDER: train and test must have the same class folders; only in train: c, only in test: d; give both the same ones
          train/a/1.png train/cat/1.png test/a/1.png test/cаt/1.png | images FOLDER: train and test must have the same class folders; only in train: cat, only in test: c\\u0430t; give both the same ones
          """)
  void open_folderThatCannotBe_isRefused(String files, String message) throws IOException {
    for (String file : files.split(" ", -1)) {
      if (file.endsWith(".png")) {
        grey(file, 1);
      } else if (file.endsWith(".txt")) {
        Files.writeString(folder.resolve(file), "hello");
      } else {
        Files.createDirectories(folder.resolve(file));
      }
    }
    String name = String.valueOf(folder.getFileName());
    assertFails(message.replace("FOLDER", folder.toString()).replace("NAME", name));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void open_pipeAmongPictures_isNamed() throws Exception {
    grey("cat/a.png", 1);
    grey("dog/b.png", 2);
    Path pipe = folder.resolve("dog/pipe.png");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertFails(
        "images "
            + folder
            + ": expects image files, got dog/pipe.png, which is a pipe or a device; remove it");
  }

  /** What cannot be split is refused before pictures are decoded, which may take minutes. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void open_linkToAFolderAbove_isNamed() throws IOException {
    grey("cat/a.png", 1);
    grey("dog/b.png", 2);
    Path link = folder.resolve("dog/again");
    Files.createSymbolicLink(link, folder);
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("leads back to a folder that it is in; take it away");
  }

  @Test
  void open_trainAndTest_givesBothParts() throws IOException {
    colour("train/dog/1.png", 4, 3, Color.RED);
    colour("train/cat/b.png", 8, 8, Color.BLUE);
    colour("train/cat/a.png", 4, 3, Color.GREEN);
    grey("test/cat/c.png", 77);
    colour("test/dog/d.png", 2, 2, Color.RED);
    DataSplit split = open();
    assertThat(split.note()).isEmpty();
    assertThat(split.train().name()).isEqualTo(folder.getFileName() + " train");
    assertThat(split.train().classes()).containsExactly("cat", "dog");
    assertThat(split.test().classes()).containsExactly("cat", "dog");
    assertThat(origins(split.train()))
        .containsExactly("train/cat/a.png", "train/cat/b.png", "train/dog/1.png");
    assertThat(split.train().shape()).isEqualTo(Shape.of(3, 3, 3));
    assertThat(split.test().shape()).isEqualTo(Shape.of(3, 3, 3));
    assertThat(split.train().label(2)).isEqualTo(1);
    assertThat(Arrays.copyOf(Bytes.pixels(split.train(), 0), 3)).containsExactly(0, 255, 0);
    assertThat(Bytes.pixels(split.test(), 0)).containsOnly(77);
  }

  @Test
  void open_classFoldersOnly_holdsOneTenthOut() throws IOException {
    for (int i = 0; i < 20; i++) {
      grey("a/%02d.png".formatted(i), i);
      grey("b/%02d.png".formatted(i), 100 + i);
    }
    DataSplit split = open();
    assertThat(split.note())
        .isEqualTo(
            "no test set of its own: one tenth held out as test set (4 of 40 images, seed 42)");
    assertThat(split.train().size()).isEqualTo(36);
    assertThat(origins(split.test())).filteredOn(origin -> origin.startsWith("a/")).hasSize(2);
    List<String> all = new ArrayList<>(origins(split.train()));
    all.addAll(origins(split.test()));
    assertThat(new TreeSet<>(all)).hasSize(40);
    assertThat(split.train().shape()).isEqualTo(Shape.of(1, 3, 4));
    assertThat(origins(open().test())).isEqualTo(origins(split.test()));
    assertThat(origins(open(DataOptions.standard().withSeed(1)).test()))
        .isNotEqualTo(origins(split.test()));
  }

  @Test
  void open_trainWithoutTest_holdsOutAndNamesOtherFolders() throws IOException {
    for (int i = 0; i < 3; i++) {
      grey("train/a/" + i + ".png", i);
      grey("train/b/" + i + ".png", i);
    }
    grey("val/a/0.png", 1);
    assertThat(open().note())
        .isEqualTo(
            "no test set of its own: one tenth held out as test set (2 of 6 images, seed 42); not"
                + " used: val");
    grey("test/a/0.png", 1);
    grey("test/b/0.png", 1);
    assertThat(open().note()).isEqualTo("not used: val");
  }

  @Test
  void open_allFormats_areRead() throws IOException {
    BufferedImage picture = Pictures.noise(4, 3, BufferedImage.TYPE_3BYTE_BGR);
    for (String format : List.of("png", "jpeg", "bmp", "gif")) {
      Pictures.write(folder.resolve("a/picture." + format), picture, format);
      Pictures.write(folder.resolve("b/PICTURE." + format), picture, format);
    }
    assertThat(open().train().size() + open().test().size()).isEqualTo(8);
  }

  @Test
  void open_imageSizeAndGrayscale_areApplied() throws IOException {
    for (int i = 0; i < 2; i++) {
      colour("a/" + i + ".png", 6, 4, new Color(100, 100, 100));
      colour("b/" + i + ".png", 3, 9, new Color(255, 0, 0));
    }
    DataSplit split =
        open(DataOptions.standard().withImageSize(new ImageSize(5, 2)).withGrayscale(true));
    assertThat(split.train().shape()).isEqualTo(Shape.of(1, 2, 5));
    assertThat(Bytes.pixels(split.train(), 0)).containsOnly(100);
    assertThat(Bytes.pixels(split.train(), 1)).containsOnly(76);
  }

  @Test
  void open_filesOfTheSystem_arePassedOver() throws IOException {
    grey("a/1.png", 1);
    grey("a/2.png", 1);
    grey("b/1.png", 1);
    for (String name : List.of(".DS_Store", "a/Thumbs.db", "a/.hidden/x", "b/desktop.ini")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), "x");
    }
    Files.createDirectories(folder.resolve("__MACOSX/a"));
    Files.createDirectories(folder.resolve(".git"));
    DataSplit split = open();
    assertThat(split.train().classes()).containsExactly("a", "b");
    assertThat(split.train().size() + split.test().size()).isEqualTo(3);
  }

  @Test
  void open_fileBesideClassFolders_isNamed() throws IOException {
    grey("a/1.png", 1);
    grey("b/1.png", 1);
    grey("b/2.png", 2);
    Files.writeString(folder.resolve("labels.csv"), "1,2");
    assertFails(
        "images "
            + folder
            + ": expects one folder of photos a class, got the file labels.csv; move it into a class"
            + " folder or away, or go on without it");
    List<String> said = new ArrayList<>();
    DataSplit split =
        ImageFolder.open(
            folder, DataOptions.standard().withSkipBroken(true).withReporter(said::add));
    assertThat(split.train().classes()).containsExactly("a", "b");
    assertThat(said)
        .containsExactly(
            folder.getFileName() + ": labels.csv is in no class folder and is skipped");
  }

  @Test
  void open_hugeFirstImage_doesNotGiveTheSizeOfAll() throws IOException {
    Pictures.write(
        folder.resolve("a/1.png"), new BufferedImage(5000, 2, BufferedImage.TYPE_BYTE_GRAY), "png");
    grey("a/2.png", 1);
    grey("b/1.png", 1);
    assertThat(open().train().shape()).isEqualTo(Shape.of(1, 3, 3));
    assertThat(open(DataOptions.standard().withImageSize(new ImageSize(4, 4))).train().size())
        .isEqualTo(2);
  }

  @Test
  void requireMemory_moreThanJavaMayUse_isRefused() {
    long most = Runtime.getRuntime().maxMemory();
    assertThatThrownBy(() -> IdxFile.requireMemory("images big", 1_000_000_000, 1_000_000))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "images big: 1000000000 images of 1000000 bytes need 1000000000 MB of memory, Java may"
                + " use "
                + most / 1_000_000
                + " MB; choose a smaller image size or raise the limit with -Xmx");
  }

  @Test
  void open_groupBy_keepsGroupsOnOneSideOfTheTestSplit() throws IOException {
    for (String label : List.of("cat", "dog")) {
      for (int film = 0; film < 6; film++) {
        for (int frame = 0; frame < 5; frame++) {
          grey("%s/film%d/%s%d.png".formatted(label, film, "frame", frame), film * 30 + frame);
        }
      }
      grey(label + "/alone.png", 200);
    }
    for (String by : List.of(DataOptions.FOLDER, "^(\\w+/film\\d)/", "film\\d")) {
      DataSplit split = open(DataOptions.standard().withGroupBy(by));
      List<String> learned = origins(split.train());
      assertThat(origins(split.test())).hasSizeGreaterThanOrEqualTo(5);
      for (String origin : origins(split.test())) {
        String film = origin.substring(0, origin.lastIndexOf('/') + 1);
        assertThat(learned).noneMatch(other -> film.contains("film") && other.startsWith(film));
      }
    }
    DataSplit folders = open(DataOptions.standard().withGroupBy(DataOptions.FOLDER));
    int alone = origins(folders.train()).indexOf("cat/alone.png");
    assertThat(alone < 0 || folders.train().group(alone).isEmpty()).isTrue();
    assertThatThrownBy(() -> open(DataOptions.standard().withGroupBy("scene\\d")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data: expects images of %s that \"scene\\d\" puts into groups, got none that share one; give folder, a regular expression that finds the group in a path such as \"cat/alone.png\", or a column of the CSV file"
                .formatted(folder.getFileName()));
    assertThatThrownBy(() -> open(DataOptions.standard().withGroupBy("[.]png")))
        .hasMessage(
            "data: expects images of %s that \"[.]png\" puts into groups, got all of them in one; give folder, a regular expression that finds the group in a path such as \"cat/alone.png\", or a column of the CSV file"
                .formatted(folder.getFileName()));
  }

  @Test
  void open_csvGroupBy_columnNamesTheGroup() throws IOException {
    StringBuilder lines = new StringBuilder("file,label,person\n");
    for (int i = 0; i < 40; i++) {
      grey(i + ".png", i);
      lines.append("%d.png,%s,p%d\n".formatted(i, i % 2 == 0 ? "a" : "b", i / 8));
    }
    Path csv = folder.resolve("list.csv");
    Files.writeString(csv, lines);
    DataSplit split = DataSets.open(csv.toString(), DataOptions.standard().withGroupBy("person"));
    assertThat(split.test().size()).isEqualTo(8);
    String person = split.test().group(0);
    for (int i = 0; i < 32; i++) {
      assertThat(split.train().group(i)).isNotEqualTo(person);
    }
  }
}
