package io.fovea.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.LoopbackServer;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.data.source.Cifar;
import io.fovea.data.source.SetContent;
import io.fovea.file.Sha256;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets that are published as archives or gzip files, from a server of this machine. */
class ArchiveSetsTest {
  private static final int RECORD = 3072;

  @TempDir Path folder;
  @AutoClose private final LoopbackServer server = new LoopbackServer();
  private final Map<String, byte[]> published = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void publish() {
    server.on(
        "/",
        exchange -> {
          byte[] body = published.get(exchange.getRequestURI().getPath().substring(1));
          LoopbackServer.reply(
              exchange, body == null ? 404 : 200, body == null ? new byte[0] : body);
        });
  }

  /** A set of what is published now. */
  private NamedSet set(String name, List<String> classes, SetContent content) {
    List<NamedFile> files =
        published.entrySet().stream()
            .map(e -> new NamedFile(e.getKey(), e.getValue().length, Sha256.of(e.getValue()), true))
            .toList();
    Mirror mirror = new Mirror(server.address("/"), Mirror.Patience.USUAL);
    return new NamedSet(name, "made", "MIT", classes, files, List.of(), List.of(mirror), content);
  }

  private DataSplit open(NamedSet set) throws DataException {
    return new NamedSets(folder.resolve("cache"))
        .open(set, DataOptions.standard().withReporter(lines::add));
  }

  /** A record whose red, green and blue planes hold 3 different numbers, but for one red pixel. */
  private static byte[] record(int seed, int... labels) {
    byte[] record = new byte[labels.length + RECORD];
    for (int i = 0; i < labels.length; i++) {
      record[i] = (byte) labels[i];
    }
    for (int i = 0; i < RECORD; i++) {
      record[labels.length + i] = (byte) (seed + 10 * (i / 1024));
    }
    record[labels.length + 33] = (byte) 250; // row 1, column 1
    return record;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A gzip tar archive with a folder entry first, as the published ones have. */
  private static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(header("folder/", 0, '5'));
    files.forEach(
        (name, content) -> {
          tar.writeBytes(header("folder/" + name, content.length, '0'));
          tar.writeBytes(content);
          tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
        });
    tar.writeBytes(new byte[1024]);
    return Bytes.gzip(tar.toByteArray());
  }

  private static byte[] header(String name, int size, char kind) {
    byte[] header = new byte[512];
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, header, 0, text.length);
    byte[] digits = "%011o\0".formatted(size).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 124, 12);
    header[156] = (byte) kind;
    return header;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, byte[]> tenBatches() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("test_batch.bin", record(100, 1));
    for (int batch : new int[] {2, 1, 3, 4, 5}) { // not in their order
      files.put("data_batch_" + batch + ".bin", join(record(batch, 0), record(batch + 50, 1)));
    }
    files.put("batches.meta.txt", text("airplane\nautomobile\n\n"));
    files.put("readme.html", text("<html>"));
    return files;
  }

  @Test
  void open_cifar10_readsBatchesInOrderAndPlanesAsPixels() throws IOException {
    published.put("cifar-10-binary.tar.gz", tar(tenBatches()));
    DataSplit split = open(set("cifar-10", List.of(), Cifar.TEN));
    assertThat(split.train().shape()).isEqualTo(Shape.of(3, 32, 32));
    assertThat(split.train().classes()).containsExactly("airplane", "automobile");
    assertThat(split.train().size()).isEqualTo(10);
    assertThat(split.test().size()).isEqualTo(1);
    assertThat(split.test().label(0)).isEqualTo(1);
    float[] third = Bytes.pixels(split.train(), 2);
    assertThat(split.train().label(2)).isZero();
    assertThat(third).startsWith(2, 12, 22, 2, 12, 22);
    assertThat(third[33 * 3]).isEqualTo(250);
    assertThat(third[33 * 3 + 1]).isEqualTo(12);
    assertThat(Bytes.pixels(split.train(), 9)).startsWith(55, 65, 75);
    assertThat(folder.resolve("cache/cifar-10/cifar-10-binary.tar.gz")).exists();
  }

  @Test
  void open_cifar100_takesTheFineLabel() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("coarse_label_names.txt", text("fruit\n"));
    files.put("fine_label_names.txt", text("apple\npear\nplum\n"));
    files.put("test.bin", record(7, 0, 2));
    files.put("train.bin", join(record(8, 0, 1), record(9, 0, 0)));
    published.put("cifar-100-binary.tar.gz", tar(files));
    DataSplit split = open(set("cifar-100", List.of(), Cifar.HUNDRED));
    assertThat(split.train().classes()).containsExactly("apple", "pear", "plum");
    assertThat(split.train().label(0)).isEqualTo(1);
    assertThat(split.test().label(0)).isEqualTo(2);
    assertThat(Bytes.pixels(split.train(), 1)).startsWith(9, 19, 29);
  }

  @Test
  void open_idx_readsGzipFilesAsPublished() throws IOException {
    for (String name : TinySet.CONTENT.keySet()) {
      published.put(name + ".gz", Bytes.gzip(TinySet.content(name)));
    }
    DataSplit split = open(set("letters", List.of("o", "ki", "su", "tsu", "na"), SetContent.IDX));
    assertThat(split.train().size()).isEqualTo(4);
    assertThat(split.test().classes()).startsWith("o", "ki");
    assertThat(folder.resolve("cache/letters/t10k-images-idx3-ubyte.gz")).exists();
  }

  @Test
  void open_wrongChecksum_namesMirrorExpectedAndGot() throws IOException {
    published.put("cifar-10-binary.tar.gz", tar(tenBatches()));
    NamedSet set = set("cifar-10", List.of(), Cifar.TEN);
    byte[] other = published.get("cifar-10-binary.tar.gz").clone();
    other[other.length - 1] ^= 1;
    published.put("cifar-10-binary.tar.gz", other);
    assertThatThrownBy(() -> open(set))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "cifar-10: no source has the files. Tried %s: has 0 of 1 files; %s: cifar-10-binary.tar.gz has SHA-256 %s, expected %s. To provide them yourself, put cifar-10-binary.tar.gz into %s, or name the folder that has them"
                .formatted(
                    folder.resolve("cache/cifar-10"),
                    server.address("/"),
                    Sha256.of(other),
                    set.files().getFirst().sha256(),
                    folder.resolve("cache/cifar-10")));
    assertThat(folder.resolve("cache/cifar-10/cifar-10-binary.tar.gz")).doesNotExist();
  }

  @Test
  void open_fromDataDir_needsNoServer() throws IOException {
    published.put("cifar-10-binary.tar.gz", tar(tenBatches()));
    NamedSet set = set("cifar-10", List.of(), Cifar.TEN);
    server.close();
    Files.write(folder.resolve("cifar-10-binary.tar.gz"), published.get("cifar-10-binary.tar.gz"));
    DataSplit split =
        new NamedSets(folder.resolve("cache"))
            .open(
                set,
                DataOptions.standard()
                    .withDataDir(folder)
                    .withGrayscale(true)
                    .withImageSize(new ImageSize(16, 16)));
    assertThat(split.train().shape()).isEqualTo(Shape.of(1, 16, 16));
  }

  private void assertRefused(SetContent content, byte[] archive, String message) {
    published.put("archive", archive);
    NamedSet set = set("made", List.of("a", "b"), content);
    Path file = folder.resolve("cache/made/archive");
    assertThatThrownBy(() -> open(set))
        .isInstanceOf(DataException.class)
        .hasMessage(message.replace("FILE", file.toString()));
  }

  @Test
  void open_damagedArchives_areRefusedByName() throws IOException {
    Map<String, byte[]> files = tenBatches();
    files.remove("data_batch_3.bin");
    assertRefused(
        Cifar.TEN,
        tar(files),
        "made: FILE: expects a file data_batch_3.bin in the archive, found none; fetch it again");
    files.put("data_batch_3.bin", new byte[3000]);
    assertRefused(
        Cifar.TEN,
        tar(files),
        "cifar FILE: data_batch_3.bin: expects complete records of 3073 bytes, got 3000 bytes; fetch the archive again");
    files.put("data_batch_3.bin", record(1, 2));
    assertRefused(
        Cifar.TEN,
        tar(files),
        "made: FILE: expects labels below 2, the number of its classes, got 2; fetch it again");
    files.remove("batches.meta.txt");
    assertRefused(
        Cifar.TEN,
        tar(files),
        "made: FILE: expects a file batches.meta.txt in the archive, found none; fetch it again");
    assertRefused(
        Cifar.TEN,
        Bytes.gzip(new byte[100]),
        "tar FILE: ends too early; it is truncated, fetch it again");
    byte[] bad = new byte[512];
    bad[0] = 'x';
    assertRefused(
        Cifar.TEN,
        Bytes.gzip(bad),
        "tar FILE: expects a size in octal digits in each header, got \"\"; this is no tar archive");
    assertRefused(
        Cifar.TEN,
        new byte[40],
        "tar FILE: the gzip data is damaged (Not in GZIP format); fetch it again");
  }

  @Test
  void open_truncatedTar_errorNamesTheFile() throws IOException {
    byte[] whole = tar(tenBatches());
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    published.put("archive", half);
    assertThatThrownBy(() -> open(set("made", List.of(), Cifar.TEN)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "tar " + folder.resolve("cache/made/archive") + ": cannot be read: ");
  }
}
