package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Idx;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Dataset;
import io.fovea.studio.data.UploadsTest;
import io.fovea.studio.web.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Photos without classes: sent, sorted by requests, and written as a data set. */
class SortRoutesTest extends OpenedTests {
  private static final Path GOLDEN = Path.of("../core/src/test/resources/golden");
  static final int PHOTOS = 9;

  static byte[] digit(int index) throws IOException {
    Dataset digits =
        Idx.read(
            GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"));
    return Images.png(digits.image(index));
  }

  /** A zip file of photos without folders: nine digits, the first once more, and a text. */
  static byte[] archive() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < PHOTOS; i++) {
      files.put(i + ".png", digit(i));
    }
    files.put("again.png", digit(0));
    files.put("notes.txt", "no picture".getBytes(StandardCharsets.UTF_8));
    return UploadsTest.zip(files);
  }

  static JsonNode body(String answer) {
    return Reply.JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  private JsonNode post(String path, String json) throws IOException {
    return body(opened.post(path, json));
  }

  private String send(byte[] archive) throws IOException {
    String upload = post("/api/uploads", "{}").path("upload").asString();
    opened.post("/api/uploads/" + upload + "?path=&at=0", archive);
    return post("/api/uploads/" + upload + "/finish", "{\"name\":\"march\"}")
        .path("data")
        .asString();
  }

  private JsonNode act(String json) throws IOException {
    return post("/api/sort/march", json);
  }

  /** Opens the folder, and waits until all its photos were looked at. */
  private JsonNode looked() throws Exception {
    JsonNode state = act("{\"act\":\"open\"}");
    while (state.path("looked").asInt(-1) < PHOTOS + 2) {
      assertThat(state.path("failure").asString("")).isEmpty();
      Thread.sleep(20);
      state = act("{\"act\":\"open\"}");
    }
    return state;
  }

  private JsonNode label(JsonNode state, int label) throws IOException {
    return act(
        "{\"act\":\"label\",\"photo\":\"%s\",\"label\":%d}"
            .formatted(state.path("photo").asString(), label));
  }

  @Test
  void photosWithoutClasses_areSortedAndWritten() throws Exception {
    assertThat(send(archive())).isEqualTo("march");
    assertThat(opened.get("/api/data/march"))
        .contains("422", "expects one folder of photos a class");
    JsonNode state = looked();
    assertThat(state.path("left").asInt()).isEqualTo(PHOTOS + 1);
    assertThat(state.path("broken").toString()).contains("notes.txt");
    act("{\"act\":\"class\",\"name\":\"even\"}");
    state = act("{\"act\":\"class\",\"name\":\"odd\"}");
    assertThat(state.has("guess")).isFalse();
    String first = state.path("photo").asString();
    state = label(label(state, 0), 1);
    assertThat(state.path("probability").asDouble()).isBetween(0.5, 1.0);
    assertThat(state.path("counts").toString()).isEqualTo("[1,1]");
    state = act("{\"act\":\"undo\"}");
    assertThat(state.path("counts").toString()).isEqualTo("[1,0]");
    assertThat(state.path("label").asInt()).isEqualTo(-1);
    state = label(state, 1);
    String out = state.path("photo").asString();
    state = act("{\"act\":\"leave-out\",\"photo\":\"%s\"}".formatted(out));
    assertThat(state.path("leftOut").asInt()).isEqualTo(1);
    String shown = state.path("photo").asString();
    state =
        act(
            "{\"act\":\"label\",\"photo\":\"%s\",\"label\":1,\"then\":\"%s\"}"
                .formatted(first, shown));
    assertThat(state.path("photo").asString()).as("the shown photo stays").isEqualTo(shown);
    act("{\"act\":\"undo\"}");
    while (state.has("photo")) {
      state = label(state, Math.floorMod(state.path("left").asInt(), 2));
    }
    assertThat(state.path("left").asInt()).isZero();
    JsonNode review = body(opened.get("/api/sort/march/review"));
    assertThat(review.path("doubtful").isArray()).isTrue();
    if (!List.of("0.png", "again.png").contains(out)) {
      assertThat(review.path("copies").toString()).contains("exact", "0.png", "again.png");
    }
    assertThat(act("{\"act\":\"write\",\"name\":\"digits in order\"}").path("data").asString())
        .isEqualTo("digits-in-order");
    assertThat(opened.get("/api/data/digits-in-order")).contains("\"classes\":[\"even\",\"odd\"]");
    assertThat(act("{\"act\":\"write\",\"name\":\"digits in order\"}").path("data").asString())
        .isEqualTo("digits-in-order-2");
    Files.writeString(folder.resolve("runs/.studio/data/digits-in-order-2/notes.txt"), "a text");
    assertThat(opened.get("/api/data/digits-in-order-2"))
        .contains("\"classes\":[\"even\",\"odd\"]");
  }

  @Test
  void studioStartedAgain_goesOn() throws Exception {
    send(archive());
    looked();
    act("{\"act\":\"class\",\"name\":\"even\"}");
    JsonNode state = label(act("{\"act\":\"class\",\"name\":\"odd\"}"), 1);
    assertThat(state.path("counts").toString()).isEqualTo("[0,1]");
    opened.close();
    opened = new Opened(folder);
    state = looked();
    assertThat(state.path("classes").toString()).isEqualTo("[\"even\",\"odd\"]");
    assertThat(state.path("counts").toString()).isEqualTo("[0,1]");
  }

  @Test
  void photosDeletedAndSentAgain_haveNoClasses() throws Exception {
    send(archive());
    looked();
    act("{\"act\":\"class\",\"name\":\"even\"}");
    while (opened.post("/api/data/march/delete", "{}").contains(" 409 ")) { // keeps the features
      Thread.sleep(20);
    }
    assertThat(send(archive())).isEqualTo("march");
    assertThat(looked().path("classes")).isEmpty();
  }

  @Test
  void requests_thatMeanNothing_areRefused() throws Exception {
    Files.writeString(folder.resolve("secret.txt"), "SECRET");
    assertThat(opened.post("/api/sort/march", "{\"act\":\"undo\"}"))
        .contains("409", "sort: the folder is not open; open it again");
    assertThat(opened.post("/api/sort/mnist", "{\"act\":\"open\"}"))
        .contains("404", "sort: expects a folder of photos, got \\\"mnist\\\"");
    send(archive());
    looked();
    for (String photo : List.of("../../secret.txt", "..%2F..%2Fsecret.txt", "/etc/passwd", "")) {
      assertThat(opened.get("/api/sort/march/photo?photo=" + photo))
          .contains("404", "sort: there is no such photo")
          .doesNotContain("SECRET");
    }
    assertThat(opened.get("/api/sort/march/photo?photo=3.png"))
        .contains("200", "image/jpeg", "nosniff");
    assertThat(opened.post("/api/sort/march", "{\"act\":\"label\",\"photo\":\"../x\",\"label\":0}"))
        .contains("400", "sort: expects a photo of this set, got \\\"../x\\\"");
    assertThat(opened.post("/api/sort/march", "{\"act\":\"class\",\"name\":\"../x\"}"))
        .contains("400", "class: expects a name that a folder may have");
    assertThat(opened.post("/api/sort/march", "{\"act\":\"jump\"}"))
        .contains("400", "sort: expects an act, got \\\"jump\\\"");
    assertThat(opened.post("/api/sort/march", "{\"act\":\"write\",\"name\":\"../../x\"}"))
        .contains("422", "sort: expects photos of 2 classes or more");
    for (int k = 1; k <= 9; k++) {
      act("{\"act\":\"class\",\"name\":\"c%d\"}".formatted(k));
    }
    assertThat(opened.post("/api/sort/march", "{\"act\":\"class\",\"name\":\"c10\"}"))
        .contains("422", "sort: expects at most 9 classes, a key each");
  }

  @Test
  void weights_thatCannotBeDownloaded_areSaid_andTriedAgain() throws Exception {
    opened.close();
    boolean[] isCut = {true};
    opened =
        new Opened(
            folder,
            () -> {
              if (isCut[0]) {
                throw new DataException("weights: no network; connect");
              }
              return Opened.untrained();
            });
    send(archive());
    JsonNode state = act("{\"act\":\"open\"}");
    while (state.path("failure").asString("").isEmpty()) {
      Thread.sleep(20);
      state = act("{\"act\":\"open\"}");
    }
    assertThat(state.path("failure").asString()).isEqualTo("weights: no network; connect");
    isCut[0] = false;
    while (!act("{\"act\":\"open\"}").path("failure").asString("").isEmpty()) {
      Thread.sleep(20); // it was tried again while the network was still cut
    }
    assertThat(looked().path("photos").asInt()).isEqualTo(PHOTOS + 2);
  }
}
