package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.base.ImageCopies;
import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhotoSorterTest {
  private static final List<String> CLASSES = List.of("even", "odd");
  private static final Dataset DIGITS = MnistDigits.first(600);
  private static Backbone backbone = Backbone.of(untrained());

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path journal = Path.of("");

  static Network untrained() {
    return Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
  }

  /** A residual network that has seen other digits. */
  @BeforeAll
  static void train() {
    Network network = untrained();
    Dataset others = DIGITS.select(IntStream.range(200, 600).toArray(), "others");
    Trainer.of(network).epochs(6).batchSize(32).fit(others);
    backbone = Backbone.of(network);
  }

  @BeforeEach
  void place() {
    folder = temporary.resolve("photos");
    journal = temporary.resolve("journal.jsonl");
  }

  /** Writes the first digits of MNIST, the number of each with its digit in its name. */
  private void digits(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      write(i, "film%d/%03d-%d.png".formatted(i % 2, i, DIGITS.label(i)));
    }
  }

  private void write(int digit, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Images.write(DIGITS.image(digit), file);
  }

  private PhotoSorter open() throws DataException {
    return PhotoSorter.open(backbone, folder, journal, CLASSES);
  }

  private static int truth(Path photo) {
    return Character.digit(photo.toString().charAt(photo.toString().length() - 5), 10) % 2;
  }

  private static List<Path> sort(PhotoSorter sorter, int count) throws DataException {
    List<Path> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path photo = sorter.next().orElseThrow();
      sorter.label(photo, truth(photo));
      asked.add(photo);
    }
    return asked;
  }

  @Test
  void next_isThePhotoWithTheSmallestMargin() throws IOException {
    digits(60);
    try (PhotoSorter sorter = open()) {
      sorter.computeFeatures(done -> {});
      assertThat(sorter.probabilities(sorter.photos().getFirst())).isEmpty();
      sort(sorter, 12);
      Path next = sorter.next().orElseThrow();
      double least = margin(sorter, next);
      for (Path photo : sorter.photos()) {
        if (sorter.labelOf(photo).isEmpty()) {
          assertThat(margin(sorter, photo)).isGreaterThanOrEqualTo(least);
        }
      }
      assertThat(Arrays.stream(sorter.probabilities(next)).sum()).isBetween(1 - 1e-9, 1 + 1e-9);
    }
  }

  private static double margin(PhotoSorter sorter, Path photo) {
    double[] probabilities = sorter.probabilities(photo);
    return Math.abs(probabilities[0] - probabilities[1]);
  }

  /** Even or odd, by features that tell digits: a quarter of the labels sort most of the others. */
  @Test
  void label_fewPhotos_sortsTheOthers() throws IOException {
    digits(200);
    try (PhotoSorter sorter = open()) {
      List<Integer> reports = new ArrayList<>();
      sorter.computeFeatures(reports::add);
      assertThat(reports).startsWith(0, 32, 64).endsWith(200);
      sort(sorter, 40);
      List<Path> rest =
          sorter.photos().stream().filter(photo -> sorter.labelOf(photo).isEmpty()).toList();
      long right =
          rest.stream().filter(photo -> sorter.probabilities(photo)[truth(photo)] > 0.5).count();
      assertThat(rest).hasSize(160);
      assertThat(right).isGreaterThanOrEqualTo(130);
    }
  }

  @Test
  void next_samePhotosAndLabels_asksTheSame() throws IOException {
    digits(30);
    List<Path> first;
    try (PhotoSorter sorter = open()) {
      sorter.computeFeatures(done -> {});
      first = sort(sorter, 20);
    }
    Files.delete(journal);
    try (PhotoSorter sorter = open()) {
      List<Integer> reports = new ArrayList<>();
      sorter.computeFeatures(reports::add);
      assertThat(reports).as("kept beside the journal").containsExactly(30);
      assertThat(sort(sorter, 20)).isEqualTo(first);
    }
  }

  /** While a class has no photo, the next one is far from those that have one. */
  @Test
  void next_classWithoutPhotos_isLookedForFarAway() throws IOException {
    digits(20);
    for (int i = 0; i < 4; i++) {
      write(0, "same%d.png".formatted(i));
    }
    try (PhotoSorter sorter = open()) {
      assertThat(sorter.next()).as("before any features").isPresent();
      sorter.computeFeatures(done -> {});
      sorter.label(Path.of("same0.png"), 1);
      for (int i = 0; i < 5; i++) {
        Path next = sorter.next().orElseThrow();
        assertThat(next.toString()).doesNotStartWith("same");
        sorter.label(next, 1);
      }
    }
  }

  @Test
  void undo_takesTheLastActBack_again() throws IOException {
    digits(6);
    try (PhotoSorter sorter = open()) {
      Path one = sorter.photos().get(0);
      Path two = sorter.photos().get(1);
      sorter.label(one, 0);
      sorter.label(one, 1);
      sorter.leaveOut(two);
      assertThat(sorter.isLeftOut(two)).isTrue();
      assertThat(sorter.next()).isNotIn(Optional.of(one), Optional.of(two));
      assertThat(sorter.undo()).contains(two);
      assertThat(sorter.isLeftOut(two)).isFalse();
      assertThat(sorter.undo()).contains(one);
      assertThat(sorter.labelOf(one)).hasValue(0);
      assertThat(sorter.undo()).contains(one);
      assertThat(sorter.labelOf(one)).isEmpty();
      assertThat(sorter.undo()).isEmpty();
    }
  }

  @Test
  void open_again_hasTheSameState() throws IOException {
    digits(8);
    try (PhotoSorter sorter = open()) {
      sorter.addClass("neither \"of\" both".replace("\"", "'"));
      sorter.label(sorter.photos().get(0), 2);
      sorter.label(sorter.photos().get(1), 1);
      sorter.leaveOut(sorter.photos().get(2));
      sorter.label(sorter.photos().get(3), 0);
      sorter.undo();
      sorter.label(sorter.photos().get(4), 0);
    }
    Files.delete(folder.resolve(Path.of("film0/000-%d.png".formatted(DIGITS.label(0)))));
    Files.writeString(journal, "{\"act\":\"label\",\"pho", StandardOpenOption.APPEND); // torn
    for (int i = 0; i < 2; i++) {
      try (PhotoSorter sorter = open()) {
        assertThat(sorter.classes()).containsExactly("even", "odd", "neither 'of' both");
        assertThat(sorter.photos()).hasSize(7);
        assertThat(sorter.labelOf(sorter.photos().get(0))).hasValue(1);
        assertThat(sorter.isLeftOut(sorter.photos().get(1))).isTrue();
        assertThat(sorter.labelOf(sorter.photos().get(2))).isEmpty();
        assertThat(sorter.labelOf(sorter.photos().get(3))).hasValue(0);
      }
    }
    try (PhotoSorter sorter = open()) {
      assertThat(sorter.undo()).contains(sorter.photos().get(3));
    }
  }

  @Test
  void doubtful_wrongLabels_comeFirst() throws IOException {
    digits(150);
    try (PhotoSorter sorter = open()) {
      assertThat(sorter.doubtful()).isEmpty();
      sorter.computeFeatures(done -> {});
      List<String> wrong = new ArrayList<>();
      for (Path photo : sorter.photos()) {
        boolean isWrong = photo.toString().contains("/02"); // 020 to 029
        sorter.label(photo, isWrong ? 1 - truth(photo) : truth(photo));
        if (isWrong) {
          wrong.add(photo.toString());
        }
      }
      List<PhotoCheck.Photo> doubts = sorter.doubtful();
      assertThat(doubts).isNotEmpty().allMatch(PhotoCheck.Photo::isDoubtful);
      assertThat(doubts.stream().limit(14).map(PhotoCheck.Photo::file))
          .filteredOn(wrong::contains)
          .hasSizeGreaterThanOrEqualTo(6);
    }
  }

  @Test
  void copies_andBrokenFiles_areFound() throws IOException {
    digits(10);
    write(3, "again-1.png");
    Files.writeString(folder.resolve("notes.txt"), "no picture");
    try (PhotoSorter sorter = open()) {
      sorter.computeFeatures(done -> {});
      assertThat(sorter.copies()).hasSize(1);
      PhotoSorter.Copy copy = sorter.copies().getFirst();
      assertThat(copy.photo().toString()).startsWith("film1/003");
      assertThat(copy.original()).isEqualTo(Path.of("again-1.png"));
      assertThat(copy.kind()).isEqualTo(ImageCopies.Kind.EXACT);
      assertThat(sorter.broken()).hasSize(1);
      assertThat(sorter.broken().getFirst().file()).isEqualTo("notes.txt");
      sort(sorter, 11);
      assertThat(sorter.next()).as("all but the broken one").isEmpty();
    }
  }

  @Test
  void writeTo_makesClassFolders_andKeepsNamesApart() throws IOException {
    write(1, "a/1.png");
    write(2, "b/1.png");
    write(3, "2.png");
    write(4, "3.png");
    Path target = temporary.resolve("sorted");
    try (PhotoSorter sorter = open()) {
      sorter.label(Path.of("a/1.png"), 0);
      sorter.label(Path.of("b/1.png"), 0);
      assertThatThrownBy(() -> sorter.writeTo(target))
          .hasMessage(
              "sort: expects photos of 2 classes or more, got 2 photos of 1; label some of another class");
      sorter.label(Path.of("2.png"), 1);
      sorter.leaveOut(Path.of("3.png"));
      sorter.writeTo(target);
      assertThat(Images.filesIn(target).stream().map(f -> target.relativize(f).toString()))
          .containsExactly("even/a/1.png", "even/b/1.png", "odd/2.png");
      assertThat(backbone.open(target.toString()).train().classes()).isEqualTo(CLASSES);
      assertThatThrownBy(() -> sorter.writeTo(target))
          .hasMessage(
              "sort: expects a folder that does not exist yet, got %s; give another name"
                  .formatted(target));
      Path below = journal.resolve("other"); // a file is no folder
      assertThatThrownBy(() -> sorter.writeTo(below))
          .hasMessageStartingWith("sort: the folder %s cannot be written: ".formatted(below));
    }
    assertThat(temporary.toFile().list()).as("nothing half written").hasSize(3);
  }

  @Test
  void open_journalInUse_orDamaged_isRefused() throws IOException {
    digits(2);
    try (PhotoSorter first = open()) {
      assertThat(first.photos()).hasSize(2);
      assertThatThrownBy(this::open)
          .isInstanceOf(DataException.class)
          .hasMessage(
              "sort: the journal %s is in use, expects one that no other program has open; close that one, or give another journal"
                  .formatted(journal));
    }
    for (String line : List.of("nonsense", "{\"act\":\"label\",\"class\":\"bird\"}")) {
      Files.writeString(journal, line + "\n");
      assertThatThrownBy(this::open)
          .isInstanceOf(DataException.class)
          .hasMessage(
              "sort: line 1 of the journal %s is damaged, expects {\"act\":\"label\",\"photo\":FILE,\"class\":CLASS} or another act; mend or delete that line"
                  .formatted(journal));
    }
  }

  @Test
  void open_emptyFolder_orFolderAsJournal_isRefused() throws IOException {
    Files.createDirectories(folder);
    assertThatThrownBy(this::open)
        .hasMessage(
            "sort: expects a folder of photos, got %s without any; put PNG or JPEG photos into it"
                .formatted(folder));
    Path file = Files.createFile(temporary.resolve("photo.png"));
    assertThatThrownBy(() -> PhotoSorter.open(backbone, file, journal, CLASSES))
        .hasMessageStartingWith("sort: expects a folder of photos, got %s ".formatted(file));
    digits(1);
    Files.createDirectories(journal);
    assertThatThrownBy(this::open)
        .hasMessageStartingWith("sort: the journal %s cannot be opened: ".formatted(journal))
        .hasMessageEndingWith(
            "; give a file in a folder that can be written to, on a disk with free space");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " cat",
        ".cat",
        "cat.",
        "a/b",
        "..",
        "Train",
        "nul.x",
        "Thumbs.db",
        "\u202Etac",
        "c\u200Bat"
      })
  void addClass_nameThatIsNoFolder_isRefused(String name) throws IOException {
    digits(1);
    try (PhotoSorter sorter = open()) {
      assertThatThrownBy(() -> sorter.addClass(name))
          .hasMessage(
              "class: expects a name that a folder may have, of 1 to 60 characters, got \"%s\"; leave out / \\ : * ? \" < > |, invisible characters, and points or spaces at the ends, and take another one than train, test or a name of the system such as con"
                  .formatted(name.replace("\u202E", "\\u202e").replace("\u200B", "\\u200b")));
      assertThatThrownBy(() -> sorter.addClass("EVEN"))
          .hasMessage(
              "class: expects a new class, got \"EVEN\" beside [even, odd]; give another name");
      sorter.addClass("con artist no. 1");
      sorter.addClass("desktop");
    }
  }

  @Test
  void label_unknownPhotoOrClass_isRefused() throws IOException {
    digits(1);
    try (PhotoSorter sorter = open()) {
      assertThatThrownBy(() -> sorter.label(Path.of("../other.png"), 0))
          .hasMessage(
              "sort: expects a photo of %s by its path in it, got ../other.png; take one of photos()"
                  .formatted(folder));
      assertThatThrownBy(() -> sorter.label(sorter.photos().getFirst(), 2))
          .hasMessage("sort: expects a label from 0 to 1, got 2; add a class by addClass");
    }
  }
}
