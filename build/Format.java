import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Checks or applies google-java-format to all Java sources below a folder.
 *
 * <p>The build runs this file on the JDK that compiles the sources, never inside Maven's own JVM:
 * the formatter parses with the compiler of the Java it runs on, and an older compiler rejects
 * newer syntax.
 *
 * <p>Arguments: {@code check} or {@code apply}, and the folder. The exit code of {@code check} is 1
 * where a file would change, that of both is 1 where a file cannot be parsed.
 */
public class Format {
  private static final String CHECK = "check";
  private static final String APPLY = "apply";

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !List.of(CHECK, APPLY).contains(arguments[0])) {
      System.err.println(
          "format: got " + List.of(arguments) + ", expected check or apply, and a folder");
      System.exit(2);
    }
    boolean apply = arguments[0].equals(APPLY);
    List<Path> sources = Sources.below(Path.of(arguments[1]).normalize());
    List<String> faults =
        sources.parallelStream()
            .map(source -> fault(source, apply))
            .filter(Objects::nonNull)
            .toList();
    if (!faults.isEmpty()) {
      faults.forEach(System.err::println);
      System.err.printf(
          "format: %d of %d files; to format them: mvn validate -Dformat=apply%n",
          faults.size(), sources.size());
      System.exit(1);
    }
  }

  /** What is wrong with a source, or null where it is formatted or has just been. */
  private static String fault(Path source, boolean apply) {
    try {
      String text = Files.readString(source);
      String formatted = format(text);
      if (formatted.equals(text)) {
        return null;
      }
      if (apply) {
        Files.writeString(source, formatted);
        return null;
      }
      return source + ":" + firstDifference(text, formatted) + ": is not formatted";
    } catch (FormatterException e) {
      return source
          + ": cannot be parsed by Java "
          + Runtime.version().feature()
          + ": "
          + e.getMessage();
    } catch (IOException e) {
      return source + ": cannot be read or written: " + e;
    }
  }

  /** Long texts stay in one piece, so that they are found by searching for them. */
  private static String format(String text) throws FormatterException {
    String used = RemoveUnusedImports.removeUnusedImports(text);
    String imports = ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE);
    return new Formatter().formatSource(imports);
  }

  private static int firstDifference(String text, String formatted) {
    List<String> lines = text.lines().toList();
    List<String> expected = formatted.lines().toList();
    return IntStream.range(0, Math.min(lines.size(), expected.size()))
            .filter(i -> !lines.get(i).equals(expected.get(i)))
            .findFirst()
            .orElse(Math.min(lines.size(), expected.size()))
        + 1;
  }
}
