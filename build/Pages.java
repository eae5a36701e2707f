import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The project's Markdown pages, and where their links lead. As a program it fails where a link
 * leads to no file, or to no heading of a page; links to other sites are not followed. Argument:
 * the project's folder.
 */
public class Pages {
  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

  /** The HTML that pages may contain; other HTML is shown as text. */
  private static final Set<String> HTML =
      Set.of("<details><summary>Answer</summary>", "</details>");

  private static final Pattern PLAYGROUND = Pattern.compile("<!-- playground: ([^>]*) -->");
  private static final String PICTURE =
      "(?s)<picture>.*?<img src=\"([^\"]+)\" alt=\"([^\"]+)\".*?</picture>";

  /**
   * A page.
   *
   * @param file below the project's folder
   * @param title the text of the first heading
   * @param anchors the name of each heading, as GitHub makes it
   * @param formulas whose marks the document has
   */
  record Page(
      Path file, Node document, String title, Map<Heading, String> anchors, Formula formulas) {

    /**
     * The page as HTML: formulas as MathML, headings with anchors.
     *
     * @param playground makes HTML of an example for the studio's playground
     */
    String html(UnaryOperator<String> playground) {
      HtmlRenderer renderer =
          HtmlRenderer.builder()
              .extensions(EXTENSIONS)
              .escapeHtml(true)
              .sanitizeUrls(true)
              .nodeRendererFactory(context -> new KnownHtml(context, playground))
              .attributeProviderFactory(context -> this::addAttributes)
              .build();
      // Header cells: an empty one becomes an ordinary cell, a formula gets a text for screen
      // readers.
      return formulas
          .unmarked(renderer.render(document))
          .replaceAll("<th([^>]*)></th>", "<td$1></td>")
          .replaceAll(
              "<th([^>]*)><math alttext=\"([^\"]*)\"",
              "<th$1><span class=\"unseen\">$2</span><math aria-hidden=\"true\"");
    }

    private void addAttributes(Node node, String tag, Map<String, String> attributes) {
      if (node instanceof Heading heading) {
        attributes.put("id", anchors.get(heading));
      }
      boolean isWide = node instanceof FencedCodeBlock || node instanceof TableBlock;
      if (isWide && (tag.equals("pre") || tag.equals("table"))) {
        attributes.put("tabindex", "0"); // it may scroll sideways
      }
    }

    /** The headings, and the text below each. */
    List<Section> sections() {
      List<Section> all = new ArrayList<>();
      for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
        if (node instanceof Heading heading) {
          all.add(new Section(anchors.get(heading), Pages.text(heading), ""));
        } else if (!all.isEmpty()) {
          Section last = all.removeLast();
          String text = (last.text() + " " + Pages.text(node, formulas::onTheLine)).strip();
          all.add(new Section(last.id(), last.heading(), text));
        }
      }
      return all;
    }
  }

  /** A heading, its anchor, and the text below it without Markdown. */
  record Section(String id, String heading, String text) {}

  /** Keeps hidden answers and playgrounds; leaves comments out, escapes other HTML. */
  private record KnownHtml(HtmlNodeRendererContext context, UnaryOperator<String> playground)
      implements NodeRenderer {
    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(HtmlBlock.class);
    }

    @Override
    public void render(Node node) {
      String literal = ((HtmlBlock) node).getLiteral().strip();
      Matcher example = PLAYGROUND.matcher(literal);
      context.getWriter().line();
      if (HTML.contains(literal)) {
        context.getWriter().raw(literal);
      } else if (example.matches()) {
        context.getWriter().raw(playground.apply(example.group(1)));
      } else if (!literal.matches("<!--[^>]*-->")) {
        context.getWriter().raw("<p>" + escaped(literal) + "</p>");
      }
      context.getWriter().line();
    }
  }

  /**
   * Where a link inside the project leads.
   *
   * @param file below the project's folder
   * @param anchor what follows #; empty where nothing does
   */
  record Target(Path file, String anchor) {}

  private final Path root;
  private final Map<Path, Page> pages = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  private Pages(Path root) {
    this.root = root;
  }

  public static void main(String[] arguments) throws IOException {
    Pages pages = below(Path.of(arguments[0]));
    pages.check();
    pages.faults.forEach(System.err::println);
    System.out.printf("links: %d pages, %d faults%n", pages.pages.size(), pages.faults.size());
    if (!pages.faults.isEmpty()) {
      System.exit(1);
    }
  }

  /** All pages below a folder, but for those in {@code target} and in hidden folders. */
  static Pages below(Path root) throws IOException {
    Pages pages = new Pages(root);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.map(root::relativize).filter(Pages::isPage).toList()) {
        pages.pages.put(file, read(root, file));
      }
    }
    return pages;
  }

  private static boolean isPage(Path file) {
    for (Path part : file) {
      String name = part.toString();
      if (name.equals("target") || name.equals("runs") || name.startsWith(".")) {
        return false;
      }
    }
    return file.toString().endsWith(".md");
  }

  /** Reads a page below the project's folder. */
  static Page read(Path root, Path file) throws IOException {
    String text = Files.readString(root.resolve(file)).replaceAll(PICTURE, "![$2]($1)");
    boolean isChapter = file.startsWith(Path.of("docs", "book"));
    Formula formulas = new Formula();
    Node document = PARSER.parse(isChapter ? formulas.marked(text) : text);
    Map<Heading, String> anchors = new LinkedHashMap<>();
    Map<String, Integer> taken = new HashMap<>();
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Heading heading) {
            String slug = slug(text(heading));
            int before = taken.merge(slug, 1, Integer::sum) - 1;
            anchors.put(heading, before == 0 ? slug : slug + "-" + before);
          }
        });
    String title = anchors.keySet().stream().findFirst().map(Pages::text).orElse(file.toString());
    return new Page(file, document, title, anchors, formulas);
  }

  /** The name of a heading, as GitHub makes it. */
  private static String slug(String text) {
    return text.toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
        .replace(' ', '-');
  }

  /** The text in a node, without formulas, on one line. */
  static String text(Node node) {
    return text(node, Formula::withoutMarks);
  }

  private static String text(Node node, UnaryOperator<String> formulas) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(Code part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(SoftLineBreak part) {
            text.append(' ');
          }

          @Override
          public void visit(FencedCodeBlock block) {
            text.append(block.getLiteral()).append(' ');
          }

          @Override
          public void visit(Paragraph paragraph) {
            visitChildren(paragraph);
            text.append(' ');
          }

          @Override
          public void visit(CustomNode cell) {
            visitChildren(cell);
            text.append(' ');
          }
        });
    return formulas.apply(text.toString()).replaceAll("\\s+", " ").strip();
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** An array of texts as JSON, which may stand in a script. */
  static String json(String... texts) {
    return Stream.of(texts)
        .map(text -> text.replace("\\", "\\\\").replace("\"", "\\\"").replace("<", "\\u003c"))
        .collect(Collectors.joining("\", \"", "[\"", "\"]"));
  }

  Map<Path, Page> pages() {
    return pages;
  }

  /** What is wrong with the links asked for until now. */
  List<String> faults() {
    return faults;
  }

  private void check() {
    for (Page page : pages.values()) {
      page.document()
          .accept(
              new AbstractVisitor() {
                @Override
                public void visit(Link link) {
                  target(page, link.getDestination());
                  visitChildren(link);
                }

                @Override
                public void visit(Image image) {
                  target(page, image.getDestination());
                }
              });
    }
  }

  /** Where a link of a page leads inside the project; none to other sites, or where it is wrong. */
  Optional<Target> target(Page page, String destination) {
    if (destination.matches("[a-z]+:.*")) {
      return Optional.empty();
    }
    int hash = destination.indexOf('#');
    String path = hash < 0 ? destination : destination.substring(0, hash);
    String anchor = hash < 0 ? "" : destination.substring(hash + 1);
    Path file = path.isEmpty() ? page.file() : resolve(page.file(), path);
    if (Files.isDirectory(root.resolve(file))) {
      file = file.resolve("README.md");
    }
    Page other = pages.get(file);
    if (file.isAbsolute()) {
      return fault(page, destination, "it is absolute; start at the page's folder");
    }
    if (file.startsWith("..") || !Files.isRegularFile(root.resolve(file))) {
      return fault(page, destination, "there is no such file");
    }
    if (other != null && !anchor.isEmpty() && !other.anchors().containsValue(anchor)) {
      return fault(page, destination, "the page has no such heading");
    }
    return Optional.of(new Target(file, anchor));
  }

  private static Path resolve(Path page, String path) {
    return page.resolveSibling(URLDecoder.decode(path, StandardCharsets.UTF_8)).normalize();
  }

  private Optional<Target> fault(Page page, String destination, String reason) {
    faults.add("%s: the link to %s: %s".formatted(page.file(), destination, reason));
    return Optional.empty();
  }
}
