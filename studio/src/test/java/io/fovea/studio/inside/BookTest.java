package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    for (Description.Node node : Description.of(Digits.specimen().network()).nodes()) {
      assertThat(book.page(node.chapter())).as(node.name()).isPresent();
    }
  }

  @Test
  void page_otherNames_areNone() throws IOException {
    assertThat(book.page("../../../../etc/passwd")).isEmpty();
    assertThat(book.page("glossary")).isEmpty();
  }
}
