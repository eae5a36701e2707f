import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page that trains the tutorial's network, as a folder that works from the disk: {@code
 * index.html}, {@code lesson.css}, {@code lesson.js} and {@code worker.js}. Scripts are classic
 * ones, for a browser loads no modules and no workers from {@code file:}. The studio has the same
 * modules, and of this only {@code worker.js}. Arguments: the project's folder, the folder for the
 * page, the way from there to the book's pages.
 */
public class Lesson {
  private static final Path WEB = Path.of("studio/src/main/resources/io/fovea/studio/web");

  /** Links to it lead to the page, in the studio and in the site. */
  static final Path README = Path.of("lesson/README.md");

  private static final int TRAINED = 2000;
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:(\\{.*}) from )?'.*?([\\w]+)\\.js';$");
  private static final Pattern EXPORT =
      Pattern.compile("(?m)^export ((?:async )?(?:function|class|const) (\\w+))");

  /** Each after those that it imports. */
  private static final List<String> MODULES =
      List.of(
          "api",
          "theme",
          "inside/palette",
          "inside/drawing",
          "lesson/chart",
          "lesson/faults",
          "lesson/listing",
          "lesson");

  private final Path root;

  Lesson(Path root) {
    this.root = root;
  }

  public static void main(String[] arguments) throws IOException {
    new Lesson(Path.of(arguments[0])).write(Path.of(arguments[1]), arguments[2]);
  }

  /**
   * Writes the page.
   *
   * @param up the way from its folder to that of the documentation
   */
  void write(Path folder, String up) throws IOException {
    writeWorker(folder.resolve("worker.js"));
    String start =
        """
        modules.lesson.mount(
          document.getElementById('lesson'),
          () => new Worker(URL.createObjectURL(new Blob([`(${lessonWorker})()`]))),
          (name, text) => modules.api.el('a', { href: `@UP@docs/book/${name}.html` }, text));
        """
            .replace("@UP@", up);
    Files.writeString(folder.resolve("lesson.js"), script(MODULES, start));
    StringBuilder style = new StringBuilder();
    for (String name : List.of("studio.css", "pad.css", "lesson.css")) {
      style.append(Files.readString(root.resolve(WEB).resolve(name)));
    }
    Files.writeString(folder.resolve("lesson.css"), style);
    Files.copy(
        root.resolve(WEB).resolve("icon.svg"),
        folder.resolve("icon.svg"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("index.html"), PAGE.replace("@UP@", up));
  }

  /** The network, the digits and the part of the file that the page shows, as one worker. */
  void writeWorker(Path file) throws IOException {
    Path lesson = root.resolve("lesson");
    String digits =
        Base64.getEncoder().encodeToString(Files.readAllBytes(lesson.resolve("digits.gz")));
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(
        file,
        """
        function lessonWorker() {
        %s
        const SOURCE = { from: %d, text: %s };
        const TRAINED = %d;
        const DIGITS = '%s';
        %s}
        if (typeof document === 'undefined') lessonWorker();
        """
            .formatted(
                Files.readString(lesson.resolve("network.js")).strip(),
                Book.stepAt(root, 10) + 1,
                Pages.json(String.join("\n", Book.step(root, 10))).replace("\n", "\\n") + "[0]",
                TRAINED,
                digits,
                Files.readString(lesson.resolve("worker.js"))));
  }

  /**
   * Modules of the studio as one classic script.
   *
   * @param names each after those that it imports
   * @param start what is run after them, on their exports in {@code modules}
   */
  String script(List<String> names, String start) throws IOException {
    StringBuilder script = new StringBuilder("'use strict';\n{\nconst modules = {};\n");
    for (String name : names) {
      script.append(enclosed(name));
    }
    return script.append(start).append("}\n").toString();
  }

  /** A module as a function of its own, whose exports are a value of {@code modules}. */
  private String enclosed(String module) throws IOException {
    String text = Files.readString(root.resolve(WEB).resolve(module + ".js"));
    List<String> exports = new ArrayList<>();
    Matcher export = EXPORT.matcher(text);
    while (export.find()) {
      exports.add(export.group(2));
    }
    String body =
        IMPORT
            .matcher(export.replaceAll("$1"))
            .replaceAll(
                match ->
                    match.group(1) == null
                        ? ""
                        : "const %s = modules.%s;".formatted(match.group(1), match.group(2)));
    return "modules.%s = (() => {\n%sreturn { %s };\n})();\n"
        .formatted(module.substring(module.lastIndexOf('/') + 1), body, String.join(", ", exports));
  }

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Train the network of the book – Fovea</title>
      <link rel="icon" href="icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="lesson.css">
      <script src="worker.js" defer></script>
      <script src="lesson.js" defer></script>
      </head>
      <body>
      <a class="skip" href="#content">Skip to the page</a>
      <header class="top">
      <span class="brand"><img src="icon.svg" alt="" width="28" height="28">Fovea</span>
      <nav aria-label="Pages"><a href="@UP@docs/book/index.html">The book</a> <a href="@UP@index.html">Documentation</a></nav>
      <button type="button" id="theme" class="quiet" aria-label="Switch between dark and light"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="2"></circle><path d="M10 2a8 8 0 0 1 0 16z" fill="currentColor"></path></svg></button>
      </header>
      <main id="content" tabindex="-1">
      <h1>Train the network of the book</h1>
      <p class="hint">The file that the book explains, compiled to JavaScript, learns to read digits in this page. Nothing is sent anywhere.</p>
      <div id="lesson"></div>
      <noscript>The training needs JavaScript; switch it on in your browser.</noscript>
      </main>
      </body>
      </html>
      """;
}
