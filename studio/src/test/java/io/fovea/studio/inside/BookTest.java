package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BookTest {
  private final Book book = new Book();

  @Test
  void page_convolution_hasItsFormulaInPlainLetters() throws IOException {
    String page = book.page("05-convolution-forward").orElseThrow();
    assertThat(page)
        .contains("<title>5. Convolution forward – Fovea</title>")
        .contains("y[o, i, j] = b[o] + Σ_c Σ_u Σ_v w[o, c, u, v] · x[c")
        .doesNotContain("\\sum")
        .doesNotContain("<script")
        .doesNotContain("style=");
  }

  @Test
  void page_contents_linksToEveryChapterThatThereIs() throws IOException {
    String contents = book.page("README").orElseThrow();
    java.util.regex.Matcher links =
        java.util.regex.Pattern.compile("href=\"/book/([^\"]+)\"").matcher(contents);
    int found = 0;
    while (links.find()) {
      assertThat(book.page(links.group(1))).as(links.group(1)).isPresent();
      found++;
    }
    assertThat(found).isGreaterThan(12);
    assertThat(contents).doesNotContain(".java\"").doesNotContain(".md\"");
  }

  @Test
  void page_everyLayersChapter_isThere() throws IOException {
    for (Description.Node node : Description.of(Digits.model().network()).nodes()) {
      assertThat(book.page(node.chapter())).as(node.name()).isPresent();
    }
  }

  /** The pages' scripts name chapters; a renamed one is found here. */
  @Test
  void page_everyChapterThatAScriptNames_isThere() throws IOException {
    Path scripts = Path.of("src/main/resources/io/fovea/studio/web");
    Pattern named = Pattern.compile("'(?:/book/)?((?:[0-9]{2}|which)-[a-z0-9-]+)'");
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(scripts)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".js")).toList()) {
        named.matcher(Files.readString(file)).results().forEach(found -> all.add(found.group(1)));
      }
    }
    assertThat(all).hasSizeGreaterThan(8).contains("which-places-mattered", "11-test-accuracy");
    for (String chapter : all) {
      assertThat(book.page(chapter)).as(chapter).isPresent();
    }
  }

  @Test
  void page_otherNames_areNone() throws IOException {
    assertThat(book.page("../../../../etc/passwd")).isEmpty();
    assertThat(book.page("glossary")).isEmpty();
  }
}
