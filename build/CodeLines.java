import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of code of a file: those that are not blank, not a comment, not an {@code import} or
 * {@code package}, and not a lone bracket. So a comment, an empty line and the place of a brace
 * cost nothing, and Java in a text file costs what it costs in a source.
 */
class CodeLines {
  /** Java, the studio's scripts, styles and pages, and texts of Java that no compiler sees. */
  private static final List<String> ENDS = List.of(".java", ".java.txt", ".js", ".css", ".html");

  private CodeLines() {}

  /** The files of a project that hold code. */
  static List<Path> files(Path project) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String end : ENDS) {
      files.addAll(Sources.below(project, end));
    }
    return files;
  }

  static int of(Path file) throws IOException {
    boolean isJava = file.getFileName().toString().contains(".java");
    String end = ""; // of the comment in which a line begins
    boolean isText = false; // inside of a text block, where /* and // are text
    int count = 0;
    for (String line : Files.readAllLines(file)) {
      String code = line.strip();
      if (!isText && (!end.isEmpty() || code.startsWith("/*") || code.startsWith("<!--"))) {
        end = !end.isEmpty() ? end : code.startsWith("/*") ? "*/" : "-->";
        int at = code.indexOf(end);
        code = at < 0 ? "" : code.substring(at + end.length()).strip();
        end = at < 0 ? end : "";
      }
      count += isText && !code.isEmpty() || isCode(code) ? 1 : 0;
      // Each """ of a line begins a text block or ends one.
      isText ^= isJava && (code.split("\"\"\"", -1).length - 1) % 2 == 1;
    }
    return count;
  }

  private static boolean isCode(String line) {
    return !line.isEmpty()
        && !line.startsWith("//")
        && !line.startsWith("import ")
        && !line.startsWith("package ")
        && !line.matches("[{}()\\[\\];,]+");
  }
}
