package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssetsTest {
  private static final Path WEB = Path.of("src/main/resources/io/fovea/studio/web");

  /**
   * Scripts and styles but for those of the lesson's pages, whose size LessonBrowserTest bounds.
   */
  private static List<Path> own() throws IOException {
    try (Stream<Path> files = Files.walk(WEB)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(js|css)"))
          .filter(file -> !WEB.relativize(file).toString().matches("(lesson|hospital).*"))
          .toList();
    }
  }

  /**
   * Every one has an address; together, without uPlot and without comments, a browser fetches less
   * than 100 kB.
   */
  @Test
  void scriptsAndStyles_asSentToABrowser_areWholeAndSmall(@TempDir Path folder) throws IOException {
    long sent = 0;
    try (Opened opened = new Opened(folder)) {
      for (Path file : own()) {
        URL address = URI.create(opened.studio.url() + WEB.relativize(file)).toURL();
        URLConnection connection = address.openConnection();
        connection.setRequestProperty("Accept-Encoding", "br, gzip");
        byte[] body = connection.getInputStream().readAllBytes();
        assertThat(connection.getContentEncoding()).as(file.toString()).isEqualTo("gzip");
        sent += body.length;
        GZIPInputStream whole = new GZIPInputStream(new ByteArrayInputStream(body));
        assertWhole(file, new String(whole.readAllBytes(), StandardCharsets.UTF_8));
      }
      assertThat(opened.get("/main.js"))
          .as("to who has not asked for it")
          .doesNotContain("Content-Encoding");
    }
    assertThat(sent).isBetween(30_000L, 100_000L);
  }

  /** Each line is the source's, but those of comments, which are empty. */
  private static void assertWhole(Path file, String sent) throws IOException {
    List<String> source = Files.readAllLines(file);
    List<String> lines = sent.lines().toList();
    assertThat(lines).as(file.toString()).hasSameSizeAs(source);
    boolean comment = false; // of several lines
    for (int k = 0; k < lines.size(); k++) {
      String line = source.get(k).strip();
      boolean begins = line.startsWith("/*");
      String expected = comment || begins || line.startsWith("//") ? "" : source.get(k);
      assertThat(lines.get(k)).as("%s:%d", file, k + 1).isEqualTo(expected);
      comment = (comment || begins) && !line.endsWith("*/");
    }
  }

  /** Else StudioPicturesTest makes them anew. */
  @Test
  void picturesOfDocs_showTheMenuOfToday() throws IOException {
    String page = Files.readString(WEB.resolve("index.html"));
    assertThat(Path.of("../docs/images/menu.txt"))
        .hasContent(
            Pattern.compile("data-page=\"[a-z]+\">(.*)</a>")
                .matcher(page)
                .results()
                .map(entry -> entry.group(1))
                .collect(Collectors.joining("\n")));
  }
}
