package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.studio.data.UploadsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Sorting in a page whose folder, photos or requests are not as they should be. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class SortFaultsTest {
  @TempDir Path folder;
  private final CountDownLatch weights = new CountDownLatch(1);
  @AutoClose private Opened opened;

  @BeforeEach
  void open() throws IOException {
    opened = new Opened(folder);
  }

  private Path data() {
    return folder.resolve("runs/.studio/data").toAbsolutePath();
  }

  /** Sends digits of these numbers as photos. */
  private void send(int... digits) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < digits.length; i++) {
      files.put(i + ".png", SortRoutesTest.digit(digits[i]));
    }
    String upload =
        SortRoutesTest.body(opened.post("/api/uploads", "{}")).path("upload").asString();
    opened.post("/api/uploads/" + upload + "?path=&at=0", UploadsTest.zip(files));
    opened.post("/api/uploads/" + upload + "/finish", "{\"name\":\"march\"}");
  }

  private String act(String json) throws IOException {
    return opened.post("/api/sort/march", json);
  }

  /** Opens the folder, and waits until its photos were looked at, or why they cannot be. */
  private JsonNode looked() throws Exception {
    JsonNode state = SortRoutesTest.body(act("{\"act\":\"open\"}"));
    while (state.path("failure").asString("").isEmpty()
        && state.path("looked").asInt(-1) < state.path("photos").asInt(0)) {
      Thread.sleep(20);
      state = SortRoutesTest.body(act("{\"act\":\"open\"}"));
    }
    return state;
  }

  /** Labels two photos of two classes. */
  private void label() throws IOException {
    act("{\"act\":\"class\",\"name\":\"even\"}");
    act("{\"act\":\"class\",\"name\":\"odd\"}");
    act("{\"act\":\"label\",\"photo\":\"0.png\",\"label\":0}");
    act("{\"act\":\"label\",\"photo\":\"1.png\",\"label\":1}");
  }

  /** Deletes the set as soon as its features are on the disk. */
  private void delete() throws Exception {
    String reply = opened.post("/api/data/march/delete", "{}");
    while (reply.contains(" 409 ")) {
      Thread.sleep(20);
      reply = opened.post("/api/data/march/delete", "{}");
    }
    assertThat(reply).contains(" 200 ");
  }

  @Test
  @Timeout(20)
  void folderThatCannotBeOpened_isSaidOnce_andTriedAgain() throws Exception {
    opened.close();
    opened =
        new Opened(
            folder,
            () -> {
              Thread.sleep(100); // longer than between two requests
              return Opened.untrained();
            });
    send(0, 1);
    for (String name : List.of("0.png", "1.png")) {
      Files.move(data().resolve("march").resolve(name), folder.resolve(name));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(looked().path("failure").asString())
          .startsWith("sort: expects a folder of photos, got ");
    }
    Files.move(folder.resolve("0.png"), data().resolve("march/0.png"));
    JsonNode state = looked();
    state = state.path("failure").asString("").isEmpty() ? state : looked();
    assertThat(state.path("photos").asInt()).isEqualTo(1);
  }

  @Test
  void photosThatAreNotThere_areRefused_orPassedOver() throws Exception {
    send(0, 1);
    looked();
    label();
    String longName = "x".repeat(100_000);
    for (String name : List.of("nope.jpg", "a\\u0000b", longName)) {
      String shown = act("{\"act\":\"open\",\"photo\":\"%s\"}".formatted(name));
      assertThat(shown).contains(" 200 ").doesNotContain("\"photo\":");
      assertThat(act("{\"act\":\"label\",\"photo\":\"%s\",\"label\":0}".formatted(name)))
          .contains(" 400 ", "sort: expects a photo of this set, got ")
          .hasSizeLessThan(1000);
      assertThat(act("{\"act\":\"undo\",\"then\":\"%s\"}".formatted(name))).contains(" 200 ");
      label();
    }
    assertThat(act("{\"act\":\"%s\"}".formatted(longName)))
        .contains(" 400 ", "sort: expects an act, got ")
        .hasSizeLessThan(1000);
    assertThat(opened.post("/api/sort/" + "x".repeat(5000), "{\"act\":\"open\"}"))
        .contains(" 404 ", "sort: expects a folder of photos, got ")
        .hasSizeLessThan(1000);
  }

  @Test
  void photoThatWasDeleted_isPassedOver_afterARestart() throws Exception {
    send(0, 1, 2);
    looked();
    opened.close();
    Files.delete(data().resolve("march/1.png"));
    opened = new Opened(folder);
    looked();
    assertThat(act("{\"act\":\"open\",\"photo\":\"1.png\"}"))
        .contains(" 200 ", "\"photo\":")
        .doesNotContain("1.png");
  }

  @Test
  void photoWithABackslash_isShownAndLabelled() throws Exception {
    send(0, 1);
    Files.move(data().resolve("march/1.png"), data().resolve("march/1\\2.png"));
    looked();
    label();
    assertThat(act("{\"act\":\"label\",\"photo\":\"1\\\\2.png\",\"label\":1}"))
        .contains(" 200 ", "\"counts\":[1,1]");
    assertThat(opened.ask("GET /api/sort/march/photo?photo=1%5C2.png HTTP/1.1")).contains(" 200 ");
  }

  /** A folder of this machine may have everything in it. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void pipesLinksAndOtherFiles_areListed_andNeverOpened() throws Exception {
    send(0, 1);
    Path march = data().resolve("march");
    assertThat(new ProcessBuilder("mkfifo", march.resolve("p.jpg").toString()).start().waitFor())
        .isZero();
    Path outside = Files.writeString(folder.resolve("secret.txt"), "SECRET");
    Files.createSymbolicLink(march.resolve("link.png"), outside);
    for (int i = 0; i < 30; i++) {
      Files.writeString(march.resolve("note%d.txt".formatted(i)), "no picture");
    }
    JsonNode state = looked();
    assertThat(state.path("unreadable").asInt()).isEqualTo(32);
    assertThat(state.path("broken")).hasSize(20);
    assertThat(state.path("left").asInt()).isEqualTo(2);
    assertThat(opened.ask("GET /api/sort/march/photo?photo=p.jpg HTTP/1.1"))
        .contains(" 404 ", "sort: there is no such photo");
    assertThat(opened.ask("GET /api/sort/march/photo?photo=link.png HTTP/1.1"))
        .contains(" 404 ", "sort: this photo is gone, or a link that leads out of the folder")
        .doesNotContain("SECRET");
  }

  @Test
  void review_ofCopies_findsNoDoubt() throws Exception {
    send(0, 0, 0);
    looked();
    label();
    assertThat(opened.ask("GET /api/sort/march/review HTTP/1.1"))
        .contains(" 200 ", "\"doubtful\":[]", "\"exact\"");
  }

  /** What a kill has left of a data set that was being made. */
  @Test
  void partialSets_areNone_andGoAtTheNextStart() throws Exception {
    send(0, 1);
    opened.close();
    Path arriving = data().resolveSibling("arriving");
    List<Path> left = List.of(data().resolve(".pets-12.part"), arriving.resolve(".ab-34.part"));
    for (Path one : left) {
      Files.createDirectories(one.resolve("even"));
      Files.copy(data().resolve("march/0.png"), one.resolve("even/0.png"));
    }
    opened = new Opened(folder);
    assertThat(left).allMatch(Files::notExists);
    Files.createDirectories(left.getFirst());
    opened.close();
    Files.writeString(data().resolve(".part"), "");
    opened = new Opened(folder);
    assertThat(opened.ask("GET /api/data HTTP/1.1")).contains("march").doesNotContain(".part");
  }

  @Test
  void setsOfOneName_atOnce_areAllMade() throws Exception {
    send(0, 1);
    byte[] more = new byte[32 << 20]; // takes its time to copy
    Files.write(data().resolve("march/0.png"), more, StandardOpenOption.APPEND);
    looked();
    label();
    List<String> made = new ArrayList<>();
    try (ExecutorService pages = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all =
          Stream.generate(() -> pages.submit(() -> act("{\"act\":\"write\",\"name\":\"pets\"}")))
              .limit(8)
              .toList();
      for (Future<String> one : all) {
        made.add(SortRoutesTest.body(one.get()).path("data").asString("none"));
      }
    }
    assertThat(made)
        .containsExactlyInAnyOrder(
            "pets", "pets-2", "pets-3", "pets-4", "pets-5", "pets-6", "pets-7", "pets-8");
    assertThat(data().resolveSibling("arriving")).isEmptyDirectory();
  }

  @Test
  void deletedSet_takesItsJournalAndFeatures() throws Exception {
    send(0, 1);
    looked();
    label();
    Path journals = data().resolveSibling("sort");
    assertThat(journals.toFile().list()).hasSize(2);
    delete();
    assertThat(journals).isEmptyDirectory();
    send(0, 1);
    looked();
    opened.close();
    opened = new Opened(folder);
    assertThat(opened.post("/api/data/digits/delete", "{}")).contains(" 403 ");
    assertThat(opened.post("/api/data/march/delete", "{}")).contains(" 200 ");
    assertThat(journals).isEmptyDirectory();
  }

  @Test
  void setThatIsOpenedForSorting_isNotDeleted() throws Exception {
    opened.close();
    opened =
        new Opened(
            folder,
            () -> {
              weights.await();
              return Opened.untrained();
            });
    send(0, 1);
    act("{\"act\":\"open\"}");
    assertThat(opened.post("/api/data/march/delete", "{}"))
        .contains(
            " 409 ", "data: march is being sorted; wait until its photos are looked at or copied");
    assertThat(data().resolve("march")).isNotEmptyDirectory();
    weights.countDown();
    looked();
    delete();
    assertThat(data().resolve("march")).doesNotExist();
  }
}
