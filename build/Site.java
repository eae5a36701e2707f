import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;

/**
 * The documentation as a static site: a page for each Markdown file, with a menu and a search, and
 * one for each file of the project that a page links to. Fails where a link leads nowhere.
 * Arguments: the project's folder, the site's folder. {@code mvn -Psite -pl docs -am} runs it.
 */
public class Site {
  private static final String INDEX = "index.html";
  private static final String PLAYGROUND = "x=1,2,3;4,5,6;7,8,9&w=1,2;3,4&b=1&dy=1,0;2,-1";
  private static final String LESSON = "lesson/train/index.html";
  private static final String HOSPITAL = "lesson/hospital/index.html";
  private static final Set<String> PICTURES = Set.of("png", "svg", "jpg", "gif");

  private final Path root;
  private final Path site;
  private final Pages pages;
  private final Map<String, List<Pages.Page>> menu = new LinkedHashMap<>();
  private final Set<Path> linked = new LinkedHashSet<>();
  private final List<String> index = new ArrayList<>();

  private Site(Path root, Path site) throws IOException {
    this.root = root;
    this.site = site;
    this.pages = Pages.below(root);
    for (String section : List.of("Guide", "Book", "Results", "Project")) {
      menu.put(section, new ArrayList<>());
    }
    for (Path file : pages.pages().keySet()) {
      if (!file.startsWith("decisions") || file.endsWith("README.md")) { // the index suffices
        List<Pages.Page> section = menu.get(section(file));
        section.add(file.endsWith("book/README.md") ? 0 : section.size(), pages.pages().get(file));
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Site site = new Site(Path.of(arguments[0]), Path.of(arguments[1]));
    site.write();
    site.pages.faults().forEach(System.err::println);
    if (!site.pages.faults().isEmpty()) {
      System.exit(1);
    }
    System.out.printf(
        "site: %d pages in %s%n", site.pages.pages().size(), site.site.resolve(INDEX));
  }

  private static String section(Path file) {
    if (file.startsWith("docs/book")) {
      return "Book";
    }
    if (file.startsWith("bench")) {
      return "Results";
    }
    return file.startsWith("docs") || file.endsWith("README.md") ? "Guide" : "Project";
  }

  private void write() throws IOException {
    for (Pages.Page page : pages.pages().values()) {
      page.document().accept(new Links(page));
      addToIndex(page);
      write(address(page.file()), frame(page.file(), page.title(), page.html(Site::playground)));
    }
    for (Path file : linked) {
      String address = address(file);
      if (address.endsWith(".html")) {
        String text = Pages.escaped(Files.readString(root.resolve(file)));
        String title = file.toString().replace('\\', '/');
        write(
            address,
            frame(file, title, "<h1>%s</h1>\n<pre><code>%s</code></pre>\n".formatted(title, text)));
      } else {
        copy(root.resolve(file), address);
      }
    }
    write("search-index.js", "window.searchIndex = [\n" + String.join(",\n", index) + "\n];\n");
    Path web = root.resolve("studio/src/main/resources/io/fovea/studio/web");
    for (String name : List.of("studio.css", "book.css", "playground.css", "icon.svg")) {
      copy(web.resolve(name), name);
    }
    copy(root.resolve("docs/site/site.css"), "site.css");
    String search = Files.readString(root.resolve("docs/site/search.js"));
    write("search.js", new Lesson(root).script(List.of("api", "theme"), search));
    write(
        "playground.js",
        new Lesson(root)
            .script(
                List.of("api", "inside/palette", "convolution"),
                """
                for (const place of document.querySelectorAll('[data-playground]')) {
                  const board = modules.convolution.convolution(place.dataset.playground, () => {});
                  place.append(board.element);
                  document.querySelector('#ready')?.append(modules.convolution.ready(board));
                }
                """));
    Path own = Path.of("playground.html");
    String text =
        "<h1>Playground</h1>\n<p>A convolution to check by hand: change any number.</p>\n<div id=\"ready\"></div>\n";
    write(own.toString(), frame(own, "Playground", text + playground(PLAYGROUND)));
    new Lesson(root).write(site.resolve(LESSON).resolveSibling(""), up(Path.of(LESSON)));
  }

  private static String playground(String example) {
    return "<div class=\"playground\" data-playground=\"%s\"></div>"
        .formatted(Pages.escaped(example));
  }

  private void write(String address, String text) throws IOException {
    Path file = site.resolve(address);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  private void copy(Path from, String address) throws IOException {
    Path file = site.resolve(address);
    Files.createDirectories(file.resolveSibling(""));
    Files.copy(from, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Where a file of the project is in the site, from its root. */
  private static String address(Path file) {
    String name = file.toString().replace('\\', '/');
    if (name.endsWith("README.md")) {
      return name.substring(0, name.length() - "README.md".length()) + INDEX;
    }
    if (name.endsWith(".md")) {
      return name.substring(0, name.length() - ".md".length()) + ".html";
    }
    return PICTURES.contains(name.substring(name.lastIndexOf('.') + 1)) ? name : name + ".html";
  }

  /** The way from a page to the site's root: empty, or ending in a slash. */
  private static String up(Path file) {
    return "../".repeat(file.getNameCount() - 1);
  }

  /** Leads links inside the project to their pages in the site. */
  private final class Links extends AbstractVisitor {
    private final Pages.Page page;

    Links(Pages.Page page) {
      this.page = page;
    }

    private String moved(String destination) {
      return pages
          .target(page, destination)
          .map(
              target -> {
                if (!pages.pages().containsKey(target.file())) {
                  linked.add(target.file());
                }
                if (target.file().equals(Lesson.README)) {
                  boolean hospital = destination.endsWith(Lesson.HOSPITAL);
                  return up(page.file()) + (hospital ? HOSPITAL : LESSON);
                }
                String anchor = target.anchor().isEmpty() ? "" : "#" + target.anchor();
                return up(page.file()) + address(target.file()) + anchor;
              })
          .orElse(destination);
    }

    @Override
    public void visit(Link link) {
      link.setDestination(moved(link.getDestination()));
      visitChildren(link);
    }

    @Override
    public void visit(Image image) {
      image.setDestination(moved(image.getDestination()));
      visitChildren(image);
    }
  }

  /** A section a line: the page's title, the heading, the address, the text. */
  private void addToIndex(Pages.Page page) {
    for (Pages.Section section : page.sections()) {
      if (!section.text().isEmpty()) {
        String address = address(page.file()) + "#" + section.id();
        index.add(Pages.json(page.title(), section.heading(), address, section.text()));
      }
    }
  }

  private String menu(Path own) {
    StringBuilder html = new StringBuilder();
    menu.forEach(
        (section, entries) -> {
          boolean open = entries.stream().anyMatch(page -> page.file().equals(own));
          html.append(
              "<details%s><summary>%s</summary><ul>\n".formatted(open ? " open" : "", section));
          for (Pages.Page page : entries) {
            html.append(
                "<li><a href=\"%s%s\"%s>%s</a></li>\n"
                    .formatted(
                        up(own),
                        address(page.file()),
                        page.file().equals(own) ? " aria-current=\"page\"" : "",
                        Pages.escaped(page.title())));
          }
          html.append("</ul></details>\n");
        });
    return html.toString();
  }

  private String frame(Path own, String title, String body) {
    boolean hasApi = Files.exists(site.resolve("api").resolve(INDEX));
    boolean hasPlayground = body.contains("data-playground");
    String up = up(own);
    String head =
        Frame.sheets("studio", "book", "site")
            + "<script src=\"%1$ssearch.js\" data-root=\"%1$s\" defer></script>\n".formatted(up)
            + (hasPlayground
                ? Frame.sheets("playground")
                    + "<script src=\"%splayground.js\" defer></script>\n".formatted(up)
                : "");
    String top =
        """
        <a class="brand" href="@UP@index.html"><img src="@UP@icon.svg" alt="" width="24" height="24">Fovea</a>
        <a href="#menu" class="narrow">All pages</a> <a href="@UP@docs/book/index.html">Book</a> <a href="@UP@@LESSON@">Lesson</a> <a href="@UP@@HOSPITAL@">Hospital</a> <a href="@UP@playground.html">Playground</a>@API@
        <form role="search"><input type="search" id="search" placeholder="Search" aria-label="Search the documentation"
         autocomplete="off"><ol id="found" hidden></ol></form>
        """
            .replace("@API@", hasApi ? "\n<a href=\"@UP@api/" + INDEX + "\">API</a>" : "")
            .replace("@LESSON@", LESSON)
            .replace("@HOSPITAL@", HOSPITAL)
            .replace("@UP@", up);
    return new Frame(title, up, head, "book site", top)
        .around(
            """
            <nav id="menu" aria-label="All pages">
            %s</nav>
            <main id="content" tabindex="-1">
            %s</main>
            """
                .formatted(menu(own), body));
  }
}
