package io.fovea.studio.inside;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The chapters of the book as pages without a network: the Markdown lies in the jar and becomes
 * HTML here. Formulas are shown as code, in plain letters. Links between chapters work; others,
 * which lead into the source tree, become plain text.
 */
public final class Book {
  private static final String FOLDER = "/io/fovea/studio/book/";
  private static final Set<String> CHAPTERS =
      Set.of(
          """
          README 01-reading-the-data 02-looking-at-samples 03-reshape-and-scale 04-the-parameters
          05-convolution-forward 06-fully-connected-forward 07-softmax-cross-entropy-l2 08-fully-connected-backward
          09-convolution-backward 10-mini-batch-gradient-descent 11-test-accuracy activations-and-normalisations
          augmentation batch-normalisation pooling transfer-learning what-the-numpy-version-gets-wrong which-places-mattered"""
              .split("\\s+", -1));

  private final Parser parser;
  private final HtmlRenderer renderer;

  /** Ready to render. */
  public Book() {
    List<Extension> extensions = List.of(TablesExtension.create());
    this.parser = Parser.builder().extensions(extensions).build();
    this.renderer =
        HtmlRenderer.builder().extensions(extensions).escapeHtml(true).sanitizeUrls(true).build();
  }

  /** A chapter as a whole HTML page; empty if there is none of that name. */
  public Optional<String> page(String chapter) throws IOException {
    if (!CHAPTERS.contains(chapter)) {
      return Optional.empty();
    }
    try (InputStream stream = Book.class.getResourceAsStream(FOLDER + chapter + ".md")) {
      if (stream == null) {
        throw new IOException("book: " + chapter + ".md is not in the program");
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      Node document = parser.parse(Formula.asCode(text));
      document.accept(new Links());
      return Optional.of(
          """
          <!doctype html>
          <html lang="en">
          <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>%s – Fovea</title>
          <link rel="icon" href="/icon.svg" type="image/svg+xml">
          <link rel="stylesheet" href="/studio.css">
          <link rel="stylesheet" href="/book.css">
          </head>
          <body class="book">
          <nav aria-label="Book"><a href="/#inside">Back to the studio</a> <a href="/book/README">All chapters</a></nav>
          <main>
          %s</main>
          </body>
          </html>
          """
              .formatted(title(document), renderer.render(document)));
    }
  }

  private static String title(Node document) {
    StringBuilder title = new StringBuilder();
    if (document.getFirstChild() instanceof Heading heading) {
      heading.accept(
          new AbstractVisitor() {
            @Override
            public void visit(Text text) {
              title.append(text.getLiteral());
            }
          });
    }
    return title.isEmpty()
        ? "The book"
        : title.toString().replace("&", "&amp;").replace("<", "&lt;");
  }

  /** Leads links to other chapters to their pages, and takes the others away. */
  private static final class Links extends AbstractVisitor {
    @Override
    public void visit(Link link) {
      String target = link.getDestination();
      String chapter = target.endsWith(".md") ? target.substring(0, target.length() - 3) : "";
      if (CHAPTERS.contains(chapter)) {
        link.setDestination("/book/" + chapter);
      } else if (!target.startsWith("#")) {
        while (link.getFirstChild() != null) {
          link.insertBefore(link.getFirstChild());
        }
        link.unlink();
        return;
      }
      visitChildren(link);
    }
  }
}
