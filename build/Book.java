import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;

/**
 * The book as the studio's pages: a file {@code NAME.html} for each chapter, {@code search.json}
 * with the text of each section, and {@code search.template}, the page around what a search finds.
 * A page has its chapter, the step of the tutorial that it explains, and links to the chapters
 * before and after, in the order in which the table of contents links to them. Arguments: the
 * project's folder, the folder for the pages.
 */
public class Book {
  private static final Path CONTENTS = Path.of("docs/book/README.md");
  private static final Path TUTORIAL = Path.of("tutorial/TwoLayerCnn.java");
  private static final String STEP = "  // ---- Step ";

  private final Path root;
  private final Path folder;

  /** The chapters by their names in addresses; the first is the table of contents. */
  private final Map<String, Pages.Page> chapters = new LinkedHashMap<>();

  private Book(Path root, Path folder) throws IOException {
    this.root = root;
    this.folder = folder;
    Pages.Page contents = Pages.read(root, CONTENTS);
    chapters.put(name(CONTENTS), contents);
    List<Path> linked = new ArrayList<>();
    contents
        .document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                String destination = link.getDestination();
                if (destination.matches("(\\.\\./)?[\\w-]+\\.md")) {
                  linked.add(CONTENTS.resolveSibling(destination).normalize());
                }
              }
            });
    for (Path file : linked) {
      if (!chapters.containsKey(name(file))) {
        chapters.put(name(file), Pages.read(root, file));
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    new Book(Path.of(arguments[0]), Path.of(arguments[1])).write();
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.md$", "");
  }

  private void write() throws IOException {
    Files.createDirectories(folder);
    List<String> names = List.copyOf(chapters.keySet());
    List<String> index = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      Pages.Page chapter = chapters.get(names.get(k));
      chapter.document().accept(new Links(chapter));
      String body =
          """
          <article>
          %s</article>
          %s<nav class="turn" aria-label="Chapters before and after">%s%s</nav>
          """
              .formatted(
                  chapter.html(Book::playground),
                  listing(names.get(k)),
                  k == 0 ? "" : turn("prev", "← %s", names.get(k - 1)),
                  k == names.size() - 1 ? "" : turn("next", "%s →", names.get(k + 1)));
      Files.writeString(folder.resolve(names.get(k) + ".html"), page(chapter.title(), "", body));
      for (Pages.Section section : chapter.sections()) {
        String id = names.get(k) + "#" + section.id();
        index.add(Pages.json(chapter.title(), section.heading(), id, section.text()));
      }
    }
    Files.writeString(folder.resolve("search.json"), "[" + String.join(",\n", index) + "]\n");
    Files.writeString(
        folder.resolve("search.template"),
        page("Search", "@WORDS@", "<article>\n<h1>Search the book</h1>\n@FOUND@</article>\n"));
    if (Files.exists(root.resolve(Lesson.README))) { // not in tests of the book
      new Lesson(root).writeWorker(folder.resolveSibling("web").resolve("lesson/worker.js"));
    }
  }

  /** Leads links to chapters and figures to the studio's addresses; other links become text. */
  private final class Links extends AbstractVisitor {
    private final Pages.Page page;

    Links(Pages.Page page) {
      this.page = page;
    }

    @Override
    public void visit(Image image) {
      image.setDestination("/book/" + image.getDestination());
    }

    @Override
    public void visit(Link link) {
      String target = link.getDestination();
      if (!target.startsWith("#") && !target.startsWith("https://")) {
        int hash = target.indexOf('#') < 0 ? target.length() : target.indexOf('#');
        Path file = page.file().resolveSibling(target.substring(0, hash)).normalize();
        Pages.Page chapter = chapters.get(name(file));
        boolean inside = target.endsWith("studio.md#look-inside");
        if (inside || file.equals(Lesson.README)) {
          String other = target.endsWith(Lesson.HOSPITAL) ? "/#hospital" : "/#lesson";
          String map = link.getTitle() == null ? "" : "/book/" + link.getTitle(); // "conv2/3"
          link.setDestination(inside ? "/#inside" + map : other);
          link.setTitle(null);
          return;
        }
        if (chapter == null || !chapter.file().equals(file)) {
          while (link.getFirstChild() != null) {
            link.insertBefore(link.getFirstChild());
          }
          link.unlink();
          return;
        }
        link.setDestination("/book/" + name(file) + target.substring(hash));
      }
      visitChildren(link);
    }
  }

  private static String playground(String example) {
    String state = Pages.escaped(example);
    return "<div class=\"playground\" data-playground=\"%s\"><a href=\"/#playground/%s\">Try this example in the playground</a></div>"
        .formatted(state, state);
  }

  private String turn(String kind, String label, String name) {
    String title = Pages.escaped(chapters.get(name).title());
    return "<a rel=\"%s\" href=\"/book/%s\">%s</a>".formatted(kind, name, label.formatted(title));
  }

  /** The step of the tutorial with the chapter's number; empty for other chapters. */
  private String listing(String name) throws IOException {
    if (!Character.isDigit(name.charAt(0))) {
      return "";
    }
    int step = Integer.parseInt(name.substring(0, 2));
    int from = stepAt(root, step);
    List<String> lines = step(root, step);
    String code = String.join("\n", lines).stripIndent().strip();
    return """
    <aside class="listing" aria-labelledby="listing-title">
    <h2 id="listing-title">In the tutorial</h2>
    <p class="hint">%s, lines %d to %d</p>
    <pre tabindex="0" aria-label="Listing of this step"><code>%s</code></pre>
    </aside>
    """
        .formatted(TUTORIAL.getFileName(), from + 1, from + lines.size(), Pages.escaped(code));
  }

  static List<String> step(Path root, int number) throws IOException {
    List<String> lines = Files.readAllLines(root.resolve(TUTORIAL));
    int from = stepAt(root, number);
    return lines.subList(from, first(lines, from + 1, STEP));
  }

  /** The number of lines before a step of the tutorial. */
  static int stepAt(Path root, int number) throws IOException {
    return first(Files.readAllLines(root.resolve(TUTORIAL)), 0, STEP + number + ":");
  }

  private static int first(List<String> lines, int from, String start) {
    return IntStream.range(from, lines.size())
        .filter(k -> lines.get(k).startsWith(start))
        .findFirst()
        .orElse(lines.size());
  }

  private static String page(String title, String words, String body) {
    String top =
        """
        <span class="brand"><img src="/icon.svg" alt="" width="28" height="28">Fovea studio</span>
        <nav aria-label="Pages"><a href="/#photos">Photos</a> <a href="/#train">Train</a> <a href="/#inside">Look inside</a> <a href="/#learn" aria-current="true">Learn</a></nav>
        <form class="search" role="search" action="/book"><a href="/book">The book</a><input type="search" name="q" aria-label="Search the book" placeholder="Search the book" value="%s"><button type="submit" class="quiet">Search</button></form>
        """
            .formatted(words);
    String head =
        Frame.sheets("studio", "playground", "book")
            + "<script type=\"module\" src=\"/book.js\"></script>\n";
    return new Frame(title, "/", head, "book", top)
        .around("<main id=\"content\" tabindex=\"-1\">\n" + body + "</main>\n");
  }
}
