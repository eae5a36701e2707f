package io.fovea.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.file.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedSetsTest {
  @TempDir Path folder;
  private NamedSets sets;
  private Path cached;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final DataOptions options = DataOptions.standard().withReporter(lines::add);

  @BeforeEach
  void cache() {
    sets = new NamedSets(folder.resolve("cache"));
    cached = folder.resolve("cache/tiny");
  }

  /** A source that delivers the right files, and remembers which. */
  private DownloadSource good(String name) {
    return source(
        name,
        (files, into, delivery) -> {
          for (NamedFile file : files) {
            asked.add(file.name());
            delivery.accept(file, new ByteArrayInputStream(TinySet.content(file.name())));
          }
        });
  }

  private static DownloadSource failing(String name, String why) {
    return source(
        name,
        (files, into, delivery) -> {
          throw new DataException(why);
        });
  }

  private interface Fetch {
    void run(List<NamedFile> files, Path into, DownloadSource.Delivery delivery) throws IOException;
  }

  private static DownloadSource source(String name, Fetch fetch) {
    return new DownloadSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void fetch(List<NamedFile> files, Path downloads, Delivery delivery)
          throws IOException {
        fetch.run(files, downloads, delivery);
      }
    };
  }

  private static void put(Path into) throws IOException {
    Files.createDirectories(into);
    for (String name : TinySet.CONTENT.keySet()) {
      Files.write(into.resolve(name), TinySet.content(name));
    }
  }

  private void assertCacheIsWhole() throws IOException {
    try (var files = Files.list(cached)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(TinySet.CONTENT.keySet());
    }
    for (String name : TinySet.CONTENT.keySet()) {
      assertThat(cached.resolve(name)).hasBinaryContent(TinySet.content(name));
    }
  }

  @Test
  void open_emptyCache_fetchesFromTheFirstSourceThatWorks() throws IOException {
    NamedSet set = TinySet.of(failing("first", "HTTP status 404"), good("second"), good("third"));
    DataSplit split = sets.open(set, options);
    assertThat(split.train().name()).isEqualTo("tiny train");
    assertThat(split.train().size()).isEqualTo(4);
    assertThat(split.test().label(1)).isEqualTo(4);
    assertThat(asked).containsExactlyElementsOf(TinySet.CONTENT.keySet());
    assertCacheIsWhole();
    assertThat(lines).hasSize(4);
    assertThat(lines.subList(0, 3))
        .containsExactly(
            "tiny: fetching from first",
            "tiny: failed: first: HTTP status 404",
            "tiny: fetching from second");
    assertThat(lines.get(3)).startsWith("tiny: stored 4 files (0.0 MB) in " + cached + " after ");
  }

  @Test
  void open_fullCache_asksNobody() throws IOException {
    put(cached);
    assertThat(sets.open(TinySet.of(failing("web", "down")), options).train().size()).isEqualTo(4);
    assertThat(lines).isEmpty();
    assertThat(sets.isCached(TinySet.of())).isTrue();
  }

  @Test
  void open_offline_downloadsNothingAndErrorNamesTheFoldersTried() throws IOException {
    NamedSet set = TinySet.of(good("web"));
    DataOptions offline = options.withOffline(true);
    assertThatThrownBy(() -> sets.open(set, offline))
        .isInstanceOfSatisfying(
            DataException.class,
            absent -> assertThat(absent.known()).hasValue(DataException.Cure.DOWNLOAD))
        .hasMessage(
            "tiny: expects its files on this machine, since downloads are off. Tried %s: has 0 of 4 files; download it first",
            cached);
    assertThat(cached).doesNotExist();
    put(cached);
    Files.writeString(cached.resolve("train-labels-idx1-ubyte"), "damaged");
    assertThatThrownBy(() -> sets.open(set, offline)).hasMessageContaining("has 3 of 4 files");
    assertThat(asked).isEmpty();
    put(cached);
    assertThat(sets.open(set, offline).train().size()).isEqualTo(4);
  }

  @Test
  void open_damagedCache_isReportedAndFetchedAgain() throws IOException {
    put(cached);
    byte[] damaged = TinySet.content("train-labels-idx1-ubyte").clone();
    damaged[9] ^= 1;
    Files.write(cached.resolve("train-labels-idx1-ubyte"), damaged);
    sets.open(TinySet.of(good("web")), options);
    assertThat(lines.get(0))
        .isEqualTo(
            "tiny: "
                + cached.resolve("train-labels-idx1-ubyte")
                + " is damaged and not used: train-labels-idx1-ubyte has SHA-256 "
                + Sha256.of(damaged)
                + ", expected "
                + Sha256.of(TinySet.content("train-labels-idx1-ubyte")));
    assertThat(asked).containsExactly("train-labels-idx1-ubyte");
    assertCacheIsWhole();
  }

  @Test
  void open_sourceFailsHalfWay_nextOneDeliversTheRest() throws IOException {
    DownloadSource half =
        source(
            "half",
            (files, into, delivery) -> {
              NamedFile first = files.get(0);
              delivery.accept(first, new ByteArrayInputStream(TinySet.content(first.name())));
              delivery.accept(files.get(1), new ByteArrayInputStream(new byte[5]));
            });
    sets.open(TinySet.of(half, good("rest")), options);
    assertThat(lines)
        .contains("tiny: failed: half: train-labels-idx1-ubyte has 5 bytes, expected 12");
    assertThat(asked).hasSize(3).doesNotContain("t10k-labels-idx1-ubyte");
    assertCacheIsWhole();
  }

  @Test
  void open_dataDir_isUsedInPlace() throws IOException {
    Path own = folder.resolve("own");
    put(own);
    Files.delete(own.resolve("train-images-idx3-ubyte"));
    Files.write(
        own.resolve("train-images-idx3-ubyte.gz"),
        Bytes.gzip(TinySet.content("train-images-idx3-ubyte")));
    assertThat(sets.locate(TinySet.of(), options.withDataDir(own)))
        .containsEntry("train-images-idx3-ubyte", own.resolve("train-images-idx3-ubyte.gz"));
    assertThat(sets.open(TinySet.of(), options.withDataDir(own)).train().size()).isEqualTo(4);
    assertThat(cached).doesNotExist();
  }

  @Test
  void open_subfolderOfDataDirOrSystemFolder_isUsed() throws IOException {
    put(folder.resolve("own/tiny"));
    assertThat(sets.open(TinySet.of(), options.withDataDir(folder.resolve("own"))).test().size())
        .isEqualTo(2);
    Path system = folder.resolve("own/tiny");
    assertThat(sets.open(TinySet.of(List.of(system)), options).test().size()).isEqualTo(2);
  }

  @Test
  void open_everySourceFails_listsThemAndTheCure() {
    NamedSet set = TinySet.of(failing("web", "cannot connect"), failing("npm", "no program npm"));
    assertThatThrownBy(() -> sets.open(set, options))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "tiny: no source has the files. Tried "
                + cached
                + ": has 0 of 4 files; web: cannot connect; npm: no program npm. To provide them yourself, put"
                + " t10k-labels-idx1-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,"
                + " train-images-idx3-ubyte (plain or .gz) into "
                + cached
                + ", or name the folder that has them");
  }

  @Test
  void open_filesPutIntoTheCacheAsGzip_areUsed() throws IOException {
    Files.createDirectories(cached);
    for (String name : TinySet.CONTENT.keySet()) {
      Files.write(cached.resolve(name + ".gz"), Bytes.gzip(TinySet.content(name)));
    }
    assertThat(sets.open(TinySet.of(), options).train().size()).isEqualTo(4);
  }

  @Test
  void open_unusableCache_failsBeforeAnyFetch() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file");
    assertThatThrownBy(() -> sets.open(TinySet.of(good("web")), options))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("tiny: cannot use the cache folder " + cached + ": ")
        .hasMessageEndingWith("; set FOVEA_HOME to another folder");
    assertThat(asked).isEmpty();
  }

  @Test
  void open_leftoversOfKilledProcess_areSweptAfterADay() throws IOException {
    Files.createDirectories(cached);
    Path old = Files.writeString(cached.resolve(".train.0123.part"), "half");
    Path fresh = Files.writeString(cached.resolve(".train.4567.part"), "half");
    Path download = Files.createDirectories(cached.resolve(".download-0123.part/unpacked"));
    Files.writeString(download.resolve("train"), "half");
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Files.setLastModifiedTime(old, before);
    Files.setLastModifiedTime(download.getParent(), before);
    sets.open(TinySet.of(good("web")), options);
    assertThat(old).doesNotExist();
    assertThat(download.getParent()).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void open_whileItFetches_keepsDownloadsInTheCacheOnly() throws IOException {
    List<Path> downloads = new ArrayList<>();
    DownloadSource source =
        source(
            "web",
            (files, into, delivery) -> {
              downloads.add(into);
              Files.writeString(into.resolve("half"), "half");
              good("web").fetch(files, into, delivery);
            });
    Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("cache"));
    new NamedSets(relative).open(TinySet.of(source), options);
    assertThat(downloads.getFirst().isAbsolute()).isTrue(); // programs run in that folder
    assertThat(downloads)
        .singleElement()
        .extracting(into -> into.resolveSibling("").normalize())
        .isEqualTo(cached);
    assertThat(downloads.getFirst()).doesNotExist();
    assertCacheIsWhole();
  }

  @Test
  void open_manyAtOnce_allGetTheWholeSet() throws Exception {
    NamedSet set = TinySet.of(good("web"));
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<DataSplit>> tasks = Collections.nCopies(40, () -> sets.open(set, options));
      for (Future<DataSplit> each : threads.invokeAll(tasks)) {
        assertThat(each.get().train().size()).isEqualTo(4);
      }
    }
    assertCacheIsWhole();
  }
}
