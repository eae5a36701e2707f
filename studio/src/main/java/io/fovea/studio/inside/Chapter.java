package io.fovea.studio.inside;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * A chapter of the book, from its Markdown: formulas as MathML, headings with anchors, links to
 * chapters and figures as the studio's addresses. Links into the source tree become text, with the
 * file's name as a tooltip.
 *
 * @param html the chapter
 * @param sections its headings and the text below each
 */
record Chapter(String title, String html, List<Section> sections) {
  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

  /** The HTML that chapters may contain; other HTML is shown as text. */
  private static final Set<String> HTML =
      Set.of("<details><summary>Answer</summary>", "</details>");

  private static final Pattern PLAYGROUND = Pattern.compile("<!-- playground: ([^>]*) -->");

  /** A heading, its anchor, and the text below it without Markdown. */
  record Section(String id, String heading, String text) {}

  static Chapter of(String markdown, List<String> chapters) {
    Formula formulas = new Formula();
    Node document = PARSER.parse(formulas.marked(markdown));
    document.accept(new Links(chapters));
    Outline outline = new Outline();
    document.accept(outline);
    String html = formulas.unmarked(renderer(outline.ids).render(document));
    html = headed(html);
    List<Section> sections = outline.sections();
    String title = sections.isEmpty() ? "The book" : sections.getFirst().heading();
    return new Chapter(title, html, sections);
  }

  /**
   * Header cells: an empty one becomes an ordinary cell, a formula gets a text for screen readers.
   */
  private static String headed(String html) {
    return html.replaceAll("<th([^>]*)></th>", "<td$1></td>")
        .replaceAll(
            "<th([^>]*)><math alttext=\"([^\"]*)\"",
            "<th$1><span class=\"unseen\">$2</span><math aria-hidden=\"true\"");
  }

  private static HtmlRenderer renderer(Map<Node, String> ids) {
    return HtmlRenderer.builder()
        .extensions(EXTENSIONS)
        .escapeHtml(true)
        .sanitizeUrls(true)
        .nodeRendererFactory(KnownHtml::new)
        .attributeProviderFactory(context -> attributes(ids))
        .build();
  }

  private static AttributeProvider attributes(Map<Node, String> ids) {
    return (node, tag, attributes) -> {
      if (ids.containsKey(node)) {
        attributes.put("id", ids.get(node));
      }
      boolean isWide = node instanceof FencedCodeBlock || node instanceof TableBlock;
      if (isWide && (tag.equals("pre") || tag.equals("table"))) {
        attributes.put("tabindex", "0"); // it may scroll sideways
      }
    };
  }

  /** The headings with GitHub's anchors, and the text between them. */
  private static final class Outline extends AbstractVisitor {
    private final Map<Node, String> ids = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final List<String> headings = new ArrayList<>();
    private final List<String> anchors = new ArrayList<>();
    private final List<StringBuilder> texts = new ArrayList<>();

    @Override
    public void visit(Heading heading) {
      texts.add(new StringBuilder());
      visitChildren(heading);
      String text = texts.getLast().toString().strip();
      texts.getLast().setLength(0);
      String id = anchor(text);
      for (int n = 1; !taken.add(id); n++) {
        id = anchor(text) + "-" + n;
      }
      ids.put(heading, id);
      headings.add(text);
      anchors.add(id);
    }

    private static String anchor(String text) {
      return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}\\- _]", "").replace(' ', '-');
    }

    private void add(String text) {
      if (!texts.isEmpty()) {
        texts.getLast().append(Formula.withoutMarks(text));
      }
    }

    @Override
    public void visit(Text text) {
      add(text.getLiteral());
    }

    @Override
    public void visit(Code code) {
      add(code.getLiteral());
    }

    @Override
    public void visit(SoftLineBreak line) {
      add(" ");
    }

    @Override
    public void visit(FencedCodeBlock block) {
      add(" " + block.getLiteral().replaceAll("\\s+", " ") + " ");
    }

    @Override
    public void visit(org.commonmark.node.Paragraph paragraph) {
      visitChildren(paragraph);
      add(" ");
    }

    List<Section> sections() {
      List<Section> all = new ArrayList<>();
      for (int k = 0; k < headings.size(); k++) {
        all.add(new Section(anchors.get(k), headings.get(k), texts.get(k).toString().strip()));
      }
      return all;
    }
  }

  /** Rewrites links to chapters and figures to the studio's addresses, and removes other links. */
  private static final class Links extends AbstractVisitor {
    private final List<String> chapters;

    Links(List<String> chapters) {
      this.chapters = chapters;
    }

    @Override
    public void visit(Image image) {
      image.setDestination("/book/" + image.getDestination());
    }

    @Override
    public void visit(Link link) {
      String target = link.getDestination();
      int hash = target.indexOf('#') < 0 ? target.length() : target.indexOf('#');
      String file = target.substring(target.startsWith("../") ? 3 : 0, hash);
      String chapter = file.endsWith(".md") ? file.substring(0, file.length() - 3) : "";
      if (chapters.contains(chapter)) {
        link.setDestination("/book/" + chapter + target.substring(hash));
      } else if (!target.startsWith("#") && !target.startsWith("https://")) {
        while (link.getFirstChild() != null) {
          link.insertBefore(link.getFirstChild());
        }
        link.unlink();
        return;
      }
      visitChildren(link);
    }
  }

  /** Keeps hidden answers and the playgrounds of examples; escapes other HTML. */
  private record KnownHtml(HtmlNodeRendererContext context) implements NodeRenderer {
    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(HtmlBlock.class);
    }

    @Override
    public void render(Node node) {
      String literal = ((HtmlBlock) node).getLiteral().strip();
      java.util.regex.Matcher playground = PLAYGROUND.matcher(literal);
      context.getWriter().line();
      if (HTML.contains(literal)) {
        context.getWriter().raw(literal);
      } else if (playground.matches()) {
        String state = Html.escaped(playground.group(1));
        context
            .getWriter()
            .raw(
                "<div class=\"playground\" data-playground=\"%s\"><a href=\"/#playground/%s\">Try this example in the playground</a></div>"
                    .formatted(state, state));
      } else {
        context.getWriter().raw("<p>" + Html.escaped(literal) + "</p>");
      }
      context.getWriter().line();
    }
  }
}
