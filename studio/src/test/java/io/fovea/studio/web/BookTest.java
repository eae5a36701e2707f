package io.fovea.studio.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookTest {
  @TempDir Path folder;

  private final Book book = new Book();

  @Test
  void page_convolution_hasItsFormulaAsMathMl() throws IOException {
    String page = page("05-convolution-forward");
    assertThat(page)
        .contains("<title>5. Convolution forward – Fovea</title>")
        .contains(
            "<munder><mrow><mo>∑</mo></mrow><mrow><mi>c</mi></mrow></munder>",
            "<mi>S</mi><mo stretchy=\"false\">+</mo><mi>u</mi><mo stretchy=\"false\">−</mo><mi>P</mi>")
        .doesNotContain("style=");
  }

  @Test
  void text_ofAPage_hasItsFormulasNested_andNoForeignHtmlOrLinks() throws Exception {
    String formulas = "$$\\sqrt{\\frac{2}{\\text{fanIn}}}$$ and $\\hat{x}_r^2 < 10,000$";
    String html = "<b onclick=\"x\">\n\n[up](../../README.md) [it](README.md#a)";
    assertThat(built(formulas + "\n\n" + html, "exit code 0"))
        .contains(
            "<math display=\"block\" alttext=\"\\sqrt{\\frac{2}{\\text{fanIn}}}\"><msqrt><mfrac><mrow><mn>2</mn></mrow><mrow><mtext>fanIn</mtext></mrow></mfrac></msqrt></math>",
            "<math alttext=\"\\hat{x}_r^2 &lt; 10,000\"><msubsup><mrow><mover accent=\"true\"><mrow><mi>x</mi></mrow><mo>^</mo></mover></mrow><mrow><mi>r</mi></mrow><mrow><mn>2</mn></mrow></msubsup><mo stretchy=\"false\">&lt;</mo><mn>10,000</mn></math>")
        .contains("<p>&lt;b onclick=&quot;x&quot;&gt;</p>")
        .contains("<p>up <a rel=\"nofollow\" href=\"/book/README#a\">it</a></p>");
  }

  @Test
  @Tag("gate")
  void formula_unknownCommand_endsTheBuild() throws Exception {
    built(
        "$\\unheard x$", "book: expects a formula of known commands, got \\unheard in \\unheard x");
  }

  /** The first page of a book of this text, of which the build's program says something. */
  private String built(String text, String said) throws Exception {
    Path contents = folder.resolve("docs/book/README.md");
    Files.createDirectories(contents.resolveSibling(""));
    Files.writeString(contents, "# A\n\n" + text);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("jdk.module.path", "")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "../build/Book.java",
                folder.toString(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output + "exit code " + process.waitFor()).contains(said);
    Path page = folder.resolve("README.html");
    return Files.exists(page) ? Files.readString(page) : "";
  }

  private String page(String chapter) throws IOException {
    return new String(book.page(chapter).orElseThrow(), StandardCharsets.UTF_8);
  }

  /** The chapters that there are in the source tree; each must be in the table of contents. */
  private static List<String> chapters() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../docs/book"))) {
      return Stream.concat(files, Stream.of(Path.of("glossary.md")))
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".md"))
          .map(name -> name.replace(".md", ""))
          .toList();
    }
  }

  @Test
  void page_everyChapter_isRendered() throws IOException {
    for (String chapter : chapters()) {
      String page = page(chapter);
      assertThat(page).as(chapter).doesNotContain("$$", "&lt;details", "&lt;!--", "\uE000");
      assertThat(page).as(chapter).doesNotContain(".md\"").doesNotContain(".java\"");
      assertThat(page).as(chapter).doesNotContain("<th></th>", "<th><math");
    }
  }

  /** Every link to a place of a page has a heading there, and every figure is in the jar. */
  @Test
  void page_everyLinkAndFigure_isThere() throws IOException {
    int anchors = 0;
    int figures = 0;
    for (String chapter : chapters()) {
      String page = page(chapter);
      Matcher other = Pattern.compile("href=\"/book/([^\"#]+)").matcher(page);
      while (other.find()) {
        assertThat(book.page(other.group(1))).as(other.group()).isPresent();
      }
      Matcher link = Pattern.compile("href=\"(?:/book/([^\"#]+))?#([^\"]+)\"").matcher(page);
      while (link.find()) {
        if (link.group(1) == null && link.group(2).equals("content")) {
          continue; // the link that skips the head
        }
        String target = link.group(1) == null ? chapter : link.group(1);
        assertThat(page(target))
            .as(chapter + " to " + link.group())
            .contains("id=\"" + link.group(2) + "\"");
        anchors++;
      }
      Matcher image = Pattern.compile("src=\"/book/images/([^\"]+)\"").matcher(page);
      while (image.find()) {
        assertThat(book.image(image.group(1))).as(image.group(1)).isPresent();
        figures++;
      }
    }
    assertThat(anchors).isGreaterThanOrEqualTo(20);
    assertThat(figures).isGreaterThanOrEqualTo(8);
    assertThat(book.image("../README.md")).isEmpty();
    assertThat(book.image("none.svg")).isEmpty();
  }

  @Test
  void page_ofAStep_hasTheListingAndItsNeighbours() throws IOException {
    String page = page("05-convolution-forward");
    assertThat(page)
        .contains("static double[] convForward(Conv conv, double[] x, Layer layer) {")
        .doesNotContain("static double[] denseForward")
        .contains("<a rel=\"prev\" href=\"/book/04-the-parameters\">← 4. The parameters</a>")
        .contains("<a rel=\"next\" href=\"/book/06-fully-connected-forward\">")
        .contains("data-playground=\"x=1,2,3;4,5,6;7,8,9&amp;w=1,2;3,4&amp;b=1&amp;s=2&amp;p=1\"")
        .contains("href=\"/#inside/book/conv2/2\">one map of conv2</a>")
        .contains("<details><summary>Answer</summary>");
    assertThat(page("pooling")).doesNotContain("<aside");
  }

  @Test
  void search_findsSectionsWithAllWords_headingsFirst() throws IOException {
    String found = book.search("Winograd trick");
    assertThat(found).contains("href=\"/book/05-convolution-forward#in-the-file\"");
    assertThat(book.search("slice padded")).contains("starts at iS and ends before iS+K");
    assertThat(book.search("common mistakes"))
        .containsPattern(
            "(?s)<ol class=\"found\">\\s*<li><a href=\"/book/[^\"]+#common-mistakes\">");
    assertThat(book.search("<script>x"))
        .contains("No section has all of these words.", "value=\"&lt;script&gt;x\"")
        .doesNotContain("<script>x");
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
    assertThat(book.page("decisions/convolutions")).isEmpty();
    assertThat(book.page("search")).isEmpty();
  }
}
