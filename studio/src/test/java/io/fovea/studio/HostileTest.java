package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.file.FolderDeletion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other sites and strangers try; the studio answers its own page afterwards. */
class HostileTest extends OpenedTests {

  @BeforeEach
  void secret() throws IOException {
    opened.run("one", "{\"step\":1,\"epoch\":1,\"loss\":2.5,\"accuracy\":0.1}\n");
    Files.writeString(folder.resolve("secret.txt"), "SECRET");
  }

  @AfterEach
  void stillAnswers() throws IOException {
    assertThat(Opened.status(opened.get("/"))).as("afterwards").isEqualTo(200);
  }

  @Test
  void page_hasAStrictPolicyAndNothingInline() throws IOException {
    String page = opened.get("/");
    assertThat(page)
        .contains("default-src 'self'", "frame-ancestors 'none'")
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .doesNotContain("unsafe-inline", "<style", "style=", "onclick=", "http://", "https://")
        .doesNotContainIgnoringCase("Access-Control-Allow");
  }

  /** It has its styles within; as a page of its own it may run and fetch nothing. */
  @Test
  void report_byItsOwnAddress_hasItsStylesAndNoScripts() throws IOException {
    Files.writeString(folder.resolve("runs/one/report.html"), "<style>p{}</style>");
    assertThat(opened.get("/api/runs/one/report.html"))
        .contains("<style>p{}</style>")
        .containsPattern(
            "(?i)Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1:1"})
  void host_ofAnotherName_isRefused(String host) throws IOException {
    Opened.requires(
        opened.raw("GET /api/runs HTTP/1.1", "Host: " + host, new byte[0]),
        403,
        "host: this server is available as localhost only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"})
  void origin_ofAnotherSite_isRefused(String origin) throws IOException {
    String get = opened.ask("GET /api/runs HTTP/1.1", "Origin: " + origin);
    assertThat(Opened.status(get)).isEqualTo(403);
    String post = opened.ask("POST /api/runs HTTP/1.1", "Origin: " + origin, "Content-Length: 0");
    assertThat(Opened.status(post)).isEqualTo(403);
    assertThat(post).doesNotContainIgnoringCase("Access-Control-Allow");
    Opened.requires(
        opened.ask("POST /api/runs/one/stop HTTP/1.1", "Content-Length: 0"),
        403,
        "origin: only the studio's own pages may send this request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "null", "true", "[\"a\"]", "{\"a\":1}"})
  void note_thatIsNoText_is400(String value) throws IOException {
    Opened.requires(
        opened.post("/api/runs/one/note", "{\"title\":%s,\"note\":\"b\"}".formatted(value)),
        400,
        "studio: expects \\\"title\\\" as a text, in quotes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/uplot/../../../secret.txt",
        "/module-info.class",
        "//",
        "/index.html",
        "/api/runs/../../secret.txt/events",
        "/api/runs/..%2f..%2fsecret.txt",
        "/api/runs/../events",
        "/api/runs/.studio",
        "/api/runs/one%00",
        "/api/runs/one/config.json",
        "/api/runs/one/../../secret.txt",
        "/api/data/..%2f..%2fetc",
        "/api/data/%2fetc",
        "/api/data/digits/..",
        "/api/data/digits/train/../../../secret.txt",
        "/api/data/digits/train/-1",
        "/api/data/digits/train/60",
        "/api/inside/sample?data=..%2Fdigits&index=0",
        "/api/inside/sample?data=digits&part=secret&index=0",
        "/api/inside/sample?data=digits&part=test&index=20",
        "/api/inside/model?model=run:..",
        "/api/inside/model?model=run:..%2F..%2Fsecret.txt",
        "/api/data/digits/train/99999999999"
      })
  void path_thatIsNoAddress_is404AndShowsNothing(String path) throws IOException {
    String answer = opened.get("" + path);
    assertThat(Opened.status(answer)).isIn(400, 404);
    assertThat(answer).doesNotContain("SECRET");
  }

  @Test
  void link_outOfTheRunsFolder_isNotFollowed() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("config.json"), "{\"data\":\"SECRET\"}");
    Files.createSymbolicLink(folder.resolve("runs").resolve("link"), outside);
    Path run = opened.run("two");
    Files.delete(run.resolve("config.json"));
    Files.createSymbolicLink(run.resolve("config.json"), outside.resolve("config.json"));
    assertThat(opened.get("/api/runs"))
        .contains("\"name\":\"one\"")
        .doesNotContain("link", "two", "SECRET");
    assertThat(Opened.status(opened.get("/api/runs/link"))).isEqualTo(404);
  }

  /** One damaged run takes nothing from the list of the others. */
  @Test
  void runs_damagedOnes_areListedAsUnreadable() throws IOException {
    Path notUtf8 = opened.run("latin").resolve("config.json");
    Files.write(notUtf8, new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'});
    Files.writeString(opened.run("half").resolve("config.json"), "{\"data\":\"\\ud800\"}");
    Files.writeString(opened.run("zero").resolve("config.json"), "{\"data\":\"a\\u0000b\"}");
    Path records = Files.createDirectories(folder.resolve("runs").resolve(".studio"));
    Files.writeString(records.resolve("a b.json"), "{}");
    Files.createDirectory(records.resolve("x.json"));
    Files.write(records.resolve("one.log"), new byte[] {(byte) 0xff, '\n'});
    opened.run("my run");
    opened.run("lr=0.1,batch=8");
    Files.writeString(
        opened.run("odd").resolve("metrics.jsonl"),
        "{\"step\":-5,\"epoch\":-2,\"loss\":1,\"lr\":1}\n");
    String answer = opened.get("/api/runs");
    assertThat(Opened.status(answer)).isEqualTo(200);
    assertThat(answer)
        .contains(
            "\"name\":\"my run\",\"state\":\"unreadable\"", "(200 at most); rename the folder")
        .contains("\"name\":\"lr=0.1,batch=8\",\"state\":\"running\"", "metrics.jsonl")
        .contains("\"name\":\"one\"", "\"name\":\"zero\"", "\"name\":\"half\"")
        .contains("\"name\":\"latin\",\"state\":\"unreadable\"")
        .contains("the config.json of this run is not UTF-8 text; restore a copy")
        .doesNotContain("a b", "\"x\"");
    assertThat(Opened.status(opened.get("/api/runs/latin"))).isEqualTo(422);
  }

  /** A run goes between the listing of names and the reading of its files. */
  @Test
  @Tag("gate")
  void runs_whileOneIsDeletedAgainAndAgain_areListed() throws Exception {
    Path runs = folder.resolve("runs");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger deleted = new AtomicInteger();
    Thread deleter =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    try {
                      opened.run("short");
                      FolderDeletion.delete(runs.resolve("short"));
                      deleted.incrementAndGet();
                    } catch (IOException failure) {
                      throw new UncheckedIOException(failure);
                    }
                  }
                });
    for (int k = 0; k < 50 || deleted.get() < 50; k++) {
      String note = opened.post("/api/runs/one/note", "{\"title\":\"" + k + "\"}"); // lists anew
      assertThat(Opened.status(note)).isEqualTo(200);
      String answer = opened.get("/api/runs");
      assertThat(Opened.status(answer)).isEqualTo(200);
      assertThat(answer).contains("\"name\":\"one\"").doesNotContain("unreadable");
      assertThat(deleter.isAlive()).isTrue();
    }
    over.set(true);
    deleter.join();
    assertThat(Opened.status(opened.get("/api/runs/short"))).isEqualTo(404);
  }

  @Test
  void model_thatALinkPointsTo_isNotLookedInto() throws IOException {
    Path model = folder.resolve("model.safetensors");
    Files.writeString(model, "SECRET");
    Path outside = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(outside.resolve("model.safetensors"), "SECRET");
    Files.createSymbolicLink(folder.resolve("runs").resolve("link"), outside);
    Files.createSymbolicLink(
        folder.resolve("runs").resolve("one").resolve("model.safetensors"), model);
    assertThat(opened.get("/api/inside/models"))
        .contains("built in: digits, the book's network")
        .doesNotContain("run:");
    for (String run : List.of("link", "one")) {
      String answer = opened.get("/api/inside/model?model=run:" + run);
      assertThat(Opened.status(answer)).isEqualTo(404);
    }
  }

  @Test
  void body_tooLong_is413() throws IOException {
    Opened.requires(
        opened.ask(
            "POST /api/runs HTTP/1.1",
            "Origin: http://" + opened.host(),
            "Content-Length: " + (Studio.MAX_BYTES + 1L)),
        413,
        "studio: expects a body of at most 8388608 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\":\"/etc\"}",
        "{\"data\":\"../digits\"}",
        "{\"data\":\"digits\",\"flags\":{\"init-from\":\"/etc/passwd\"}}",
        "{\"data\":\"digits\",\"flags\":{\"out\":\"elsewhere\"}}",
        "{\"data\":\"digits\",\"flags\":{\"model\":\"x.json\"}}",
        "{\"data\":\"digits\",\"flags\":{\"recipe\":\"x.json\"}}",
        "{\"data\":\"digits\",\"flags\":{\"epochs\":\"1 --out=x\"}}",
        "{\"data\":\"digits\",\"flags\":[1]}",
        "{\"data\":\"digits\",\"flags\":\"epochs\"}",
        "[1]",
        "{"
      })
  void run_ofWhatIsNotOffered_isRefused(String body) throws IOException {
    assertThat(Opened.status(opened.post("/api/runs", body))).isIn(400, 404);
    assertThat(folder.resolve("runs").resolve(".studio")).doesNotExist();
  }

  @Test
  void streams_aThousandAtOnce_areRefusedAboveALimit() throws IOException {
    List<Socket> all = new ArrayList<>();
    try {
      int followed = 0;
      int refused = 0;
      for (int i = 0; i < 1_000; i++) {
        Socket socket = opened.connect();
        all.add(socket);
        String request = "GET /api/runs/one/events HTTP/1.1\r\nHost: " + opened.host() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        String first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
        followed += first.endsWith("200") ? 1 : 0;
        refused += first.endsWith("503") ? 1 : 0;
      }
      assertThat(followed).isEqualTo(Studio.MAX_STREAMS);
      assertThat(refused).isEqualTo(1_000 - Studio.MAX_STREAMS);
      assertThat(Opened.status(opened.get("/api/runs"))).isEqualTo(200);
    } finally {
      for (Socket socket : all) {
        socket.close();
      }
    }
  }

  @Test
  void json_damaged_isToldWhere() throws IOException {
    assertThat(opened.post("/api/runs", "{"))
        .contains("\"studio: the body is not JSON: it ends too early; expects a JSON object\"");
    assertThat(opened.post("/api/runs", "{\"epochs\": NaN}"))
        .contains(
            "\"studio: the body is not JSON: numbers must be finite, got NaN or Infinity at line 1, column 15; expects a JSON object\"");
  }

  @Test
  void address_thatOthersReach_needsAToken() {
    StudioOptions options =
        new StudioOptions(
            new InetSocketAddress("0.0.0.0", 0),
            "",
            folder,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of(),
            (arguments, log) -> new ProcessBuilder("true").start());
    assertThatThrownBy(() -> Studio.start(options))
        .hasMessage(
            "--host: 0.0.0.0 can be reached from other machines, so --token is needed; give one, or leave --host out");
  }

  @Test
  void token_isWantedAndThenKeptInACookie() throws IOException {
    try (Opened guarded =
        new Opened(
            folder.resolve("guarded"),
            "s3cret",
            (arguments, log) -> new ProcessBuilder("true").start())) {
      assertThat(Opened.status(guarded.get("/"))).isEqualTo(401);
      assertThat(Opened.status(guarded.get("/?token=wrong"))).isEqualTo(401);
      Opened.requires(
          guarded.get("/?token=s3cret"),
          303,
          "fovea-token=s3cret; Path=/; HttpOnly; SameSite=Strict");
      assertThat(Opened.status(guarded.ask("GET / HTTP/1.1", "Cookie: fovea-token=wrong")))
          .isEqualTo(401);
      assertThat(Opened.status(guarded.ask("GET / HTTP/1.1", "Cookie: a=b; fovea-token=s3cret")))
          .isEqualTo(200);
    }
  }
}
