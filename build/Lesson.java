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
 * The page that trains the tutorial's network and the one of ill trainings, each as a folder that
 * works from the disk: {@code index.html}, a style sheet, a script and {@code worker.js}, where the
 * page trains. Scripts are classic ones, for a browser loads no modules and no workers from {@code
 * file:}. The studio has the same modules, and of this only {@code worker.js}. Arguments: the
 * project's folder, the folder for the page that trains, the way from there to the book's pages.
 */
public class Lesson {
  private static final Path WEB = Path.of("studio/src/main/resources/io/fovea/studio/web");

  /** Links to it lead to the page, in the studio and in the site. */
  static final Path README = Path.of("tutorial/lesson/README.md");

  /** What links to the hospital add to it. */
  static final String HOSPITAL = "#the-hospital";

  private static final int TRAINED = 2000;
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:(\\{.*}) from )?'.*?([\\w]+)\\.js';$");
  private static final Pattern EXPORT =
      Pattern.compile("(?m)^export ((?:async )?(?:function|class|const) (\\w+))");

  private final Path root;

  Lesson(Path root) {
    this.root = root;
  }

  public static void main(String[] arguments) throws IOException {
    new Lesson(Path.of(arguments[0])).write(Path.of(arguments[1]), arguments[2]);
  }

  /**
   * Writes the page that trains, and the hospital beside it.
   *
   * @param folder of the page that trains
   * @param up the way from there to the site's root
   */
  void write(Path folder, String up) throws IOException {
    writeWorker(folder.resolve("worker.js"));
    String book =
        "(name, text) => modules.api.el('a', { href: `%sdocs/book/${name}.html` }, text)"
            .formatted(up);
    write(
        folder,
        "lesson",
        script(
            List.of(
                "api",
                "theme",
                "inside/palette",
                "inside/drawing",
                "lesson/chart",
                "lesson/faults",
                "lesson/listing",
                "lesson"),
            """
            modules.lesson.mount(
              document.getElementById('mount'),
              () => new Worker(URL.createObjectURL(new Blob([`(${lessonWorker})()`]))),
              %s);
            """
                .formatted(book)),
        page(
            "lesson",
            up,
            "Train the network of the book",
            "The file that the book explains, compiled to JavaScript, learns to read digits in this page.",
            "<script src=\"worker.js\" defer></script>\n"));
    write(
        folder.resolveSibling("hospital"),
        "hospital",
        script(
            List.of(
                "api",
                "theme",
                "inside/palette",
                "lesson/chart",
                "hospital/cases",
                "hospital/runs",
                "hospital/exams",
                "hospital"),
            "modules.hospital.mount(document.getElementById('mount'), %s);\n".formatted(book)),
        page(
            "hospital",
            up,
            "Hospital",
            "Twelve trainings of the book's network went wrong. Order examinations, and name what is wrong: one or two are enough, if they are the right ones.",
            ""));
  }

  private void write(Path folder, String name, String script, String page) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".js"), script);
    StringBuilder style = new StringBuilder();
    for (String sheet : List.of("studio.css", "pad.css", "lesson.css", "hospital.css")) {
      style.append(Files.readString(root.resolve(WEB).resolve(sheet)));
    }
    Files.writeString(folder.resolve(name + ".css"), style);
    Files.copy(
        root.resolve(WEB).resolve("icon.svg"),
        folder.resolve("icon.svg"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("index.html"), page);
  }

  /** The network, the digits and the part of the file that the page shows, as one worker. */
  void writeWorker(Path file) throws IOException {
    Path lesson = root.resolve("tutorial/lesson");
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

  /** Both pages lead to each other, to the book and to the documentation. */
  private static String page(String name, String up, String title, String about, String worker) {
    String top =
        """
        <span class="brand"><img src="icon.svg" alt="" width="28" height="28">Fovea</span>
        <nav aria-label="Pages"><a href="../train/index.html">Lesson</a> <a href="../hospital/index.html">Hospital</a> <a href="%1$sdocs/book/index.html">The book</a> <a href="%1$sindex.html">Documentation</a></nav>
        """
            .formatted(up);
    String head =
        Frame.sheets(name) + worker + "<script src=\"%s.js\" defer></script>\n".formatted(name);
    return new Frame(title, "", head, "", top)
        .around(
            """
            <main id="content" tabindex="-1">
            <h1>%s</h1>
            <p class="hint">%s Nothing is sent anywhere.</p>
            <div id="mount"></div>
            <noscript>This page needs JavaScript; switch it on in your browser.</noscript>
            </main>
            """
                .formatted(title, about));
  }
}
