package io.fovea.studio.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.http.HttpError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of uploads, and of those that mean no good: nothing outside their folder changes.
 */
@Timeout(120)
public class UploadsTest {
  private static final byte[] PICTURE = {1, 2, 3};

  @TempDir Path folder;

  private Uploads uploads() {
    return new Uploads(folder.resolve("runs"));
  }

  /** A zip file with files of these names. */
  public static byte[] zip(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> files(String... names) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (String name : names) {
      all.put(name, PICTURE);
    }
    return all;
  }

  private Path finish(byte[] archive) throws IOException {
    String id = uploads().begin();
    uploads().add(id, "", 0, archive);
    return uploads().finish(id, "holiday");
  }

  private List<String> everything() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void zip_inPieces_becomesAFolderOfClassFolders() throws IOException {
    byte[] archive =
        zip(files("photos/cats/1.jpg", "photos/dogs/a b.jpg", "photos/.DS_Store", "__MACOSX/x"));
    String id = uploads().begin();
    int half = archive.length / 2;
    uploads().add(id, "", 0, Arrays.copyOf(archive, half));
    uploads().add(id, "", half, Arrays.copyOfRange(archive, half, archive.length));
    Path made = uploads().finish(id, "My photos!");
    assertThat(made).isEqualTo(folder.resolve("runs/.studio/data/My-photos-").toAbsolutePath());
    assertThat(everything())
        .containsExactly(
            "runs/.studio/data/My-photos-/cats/1.jpg", "runs/.studio/data/My-photos-/dogs/a b.jpg");
    assertThat(finish(archive).getFileName()).hasToString("holiday");
    assertThat(finish(archive).getFileName()).hasToString("holiday-2");
    assertThat(uploads().folders()).hasSize(3);
  }

  @Test
  void files_oneByOne_becomeAFolder() throws IOException {
    String id = uploads().begin();
    uploads().add(id, "pets/cats/1.jpg", 0, PICTURE);
    uploads().add(id, "pets/cats/1.jpg", 3, PICTURE);
    uploads().add(id, "pets/dogs/1.jpg", 0, PICTURE);
    Path made = uploads().finish(id, "pets");
    assertThat(made.resolve("cats/1.jpg")).hasBinaryContent(new byte[] {1, 2, 3, 1, 2, 3});
    assertThat(made.resolve("dogs/1.jpg")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "C:\\evil",
        "a\\..\\..\\evil",
        "a//b",
        "a/./b",
        "..",
        "a\u0000b",
        " ",
        "CON",
        "cats/lpt1.jpg",
        "cats./1.jpg",
        "cats /1.jpg",
        "a/b/c/d/e/f/g/h/i/j/k/l/m"
      })
  void path_thatLeadsElsewhere_isRefused(String path) throws IOException {
    String id = uploads().begin();
    assertRefused(
        400,
        "upload: expects the path of a file inside the folder, with names that every system allows, such as cats/1.jpg, got \"",
        () -> uploads().add(id, path, 0, PICTURE));
    assertThat(everything()).isEmpty();
    assertRefused(400, "upload: expects the path of a file inside", () -> finish(zip(files(path))));
    assertThat(everything()).isEmpty();
  }

  @Test
  void delete_folderThatWasNotSent_isRefused() throws IOException {
    Path other = Files.createDirectories(folder.resolve("photos"));
    assertRefused(
        403,
        "data: only photos that were sent to the studio can be deleted here; delete this set's files yourself",
        () -> uploads().delete(other.toString()));
    assertThat(other).isDirectory();
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "100, 1"})
  void zip_thatGrows_isRefused(int entries, int megabytes) throws IOException {
    Map<String, byte[]> bomb = files("cats/1.jpg");
    for (int i = 0; i < entries; i++) {
      bomb.put("dogs/zeros" + i + ".png", new byte[megabytes << 20]);
    }
    byte[] archive = zip(bomb);
    assertRefused(
        422,
        "upload: expects a zip file that grows at most 200 times, as pictures do, got more than %,d bytes of %,d; leave out "
            .formatted((1 << 20) + 200 * archive.length, archive.length),
        () -> finish(archive));
    assertThat(everything()).isEmpty();
  }

  /** The JDK's ZipFile reads the checksums of the directory and compares them with nothing. */
  @Test
  void zip_ofAnotherChecksum_isRefused() throws IOException {
    byte[] archive = zip(files("cats/1.jpg"));
    int directory = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    archive[directory + 16] ^= 1;
    assertRefused(
        422,
        "upload: expects a zip file with a folder of images for each class, got one that cannot be read (cats/1.jpg has the checksum 55bc801d, expected 55bc801c); pack it again, without a password",
        () -> finish(archive));
    assertThat(everything()).isEmpty();
  }

  /** The JDK has no words for an entry that begins behind the end of the file. */
  @Test
  void zip_withAWildOffset_saysWhatIsWrong() throws IOException {
    byte[] archive = zip(files("cats/1.jpg"));
    int directory = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    archive[directory + 45] = 0x7f; // the highest byte of the entry's place
    assertRefused(
        422,
        "upload: expects a zip file with a folder of images for each class, got one that cannot be read (a file begins or ends outside of it); pack it again, without a password",
        () -> finish(archive));
    assertThat(everything()).isEmpty();
  }

  @Test
  void zip_damagedOrNone_isRefused() throws IOException {
    byte[] archive = zip(files("cats/1.jpg", "dogs/1.jpg"));
    String words =
        "upload: expects a zip file with a folder of images for each class, got one that cannot be read (";
    assertRefused(422, words, () -> finish("no archive".getBytes(StandardCharsets.UTF_8)));
    assertRefused(422, words, () -> finish(Arrays.copyOf(archive, archive.length / 2)));
    byte[] broken = archive.clone();
    Arrays.fill(broken, 30, 60, (byte) 0xff);
    assertThatThrownBy(() -> finish(broken)).isInstanceOf(HttpError.class);
    assertRefused(
        422,
        "upload: expects a folder with a folder of images for each class, got no files",
        () -> finish(zip(files(".DS_Store"))));
    assertRefused(422, "upload: the zip file has ", () -> finish(zip(files("a", "a/b"))));
    assertRefused(
        422,
        "upload: the zip file has a and A, which are one on some systems; rename one of them",
        () -> finish(zip(files("a/1.png", "A/2.png"))));
    assertThat(everything()).isEmpty();
  }

  @Test
  void pieces_outOfOrderOrOfNobody_areRefused() throws IOException {
    String id = uploads().begin();
    uploads().add(id, "a/1.jpg", 0, PICTURE);
    assertRefused(
        409,
        "upload: expects bytes from offset 3, got offset 0",
        () -> uploads().add(id, "a/1.jpg", 0, PICTURE));
    for (String other : new String[] {"", "..", "0".repeat(32), id + "/.."}) {
      assertRefused(
          404,
          "upload: unknown id; start it again",
          () -> uploads().add(other, "a/1.jpg", 0, PICTURE));
    }
    uploads().begin();
    uploads().begin();
    uploads().begin();
    assertRefused(
        503,
        "upload: 4 are in progress already; try again when one has ended, or in 2 minutes if a page was closed",
        uploads()::begin);
  }

  /** As when pages were closed while they sent, before the studio was restarted or after. */
  @Test
  void begin_amongAbandonedOnes_takesTheirPlace() throws IOException {
    String abandoned = uploads().begin();
    uploads().add(abandoned, "cats/1.jpg", 0, PICTURE);
    for (int i = 1; i < Uploads.MOST_ARRIVING; i++) {
      uploads().begin();
    }
    Path last = folder.resolve("runs/.studio/arriving").resolve(abandoned).resolve("bytes");
    Files.setLastModifiedTime(last, FileTime.from(Instant.now().minus(Duration.ofMinutes(3))));
    assertThat(uploads().begin()).isNotEqualTo(abandoned);
    assertRefused(
        404,
        "upload: unknown id; start it again",
        () -> uploads().add(abandoned, "cats/1.jpg", 3, PICTURE));
  }

  /** Something that may be refused. */
  private interface Attempt {
    void run() throws IOException;
  }

  private static void assertRefused(int status, String begin, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            HttpError.class, refused -> assertThat(refused.status()).isEqualTo(status))
        .hasMessageStartingWith(begin);
  }
}
