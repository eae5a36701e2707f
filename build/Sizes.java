import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The size of a unit (CONTRIBUTING.md): a file has at most 400 lines, the body of a method at most
 * 60 from brace to brace, without empty lines and comments of one line.
 *
 * <p>Sources are parsed by the compiler of the Java that runs this file. Arguments: the project's
 * folder, and perhaps {@code write}, see {@link Rooms}. Files whose methods may be longer stand in
 * {@code build/size-exceptions.txt}, each with its reason.
 */
public class Sizes {
  private static final int FILE = 400;
  private static final int METHOD = 60;

  private final Set<String> exceptions;
  private final List<String> faults = new ArrayList<>();

  Sizes(Set<String> exceptions) {
    this.exceptions = exceptions;
  }

  public static void main(String[] arguments) throws IOException {
    Path project = Path.of(arguments[0]).normalize();
    Sizes sizes = new Sizes(exceptions(project.resolve("build").resolve("size-exceptions.txt")));
    List<Path> sources = Sources.below(project);
    sizes.look(sources);
    boolean write = arguments.length > 1 && arguments[1].equals("write");
    sizes.faults.addAll(Rooms.faults(project, write));
    if (!sizes.faults.isEmpty()) {
      sizes.faults.forEach(System.err::println);
      System.err.println("sizes: split what is too long, or see build/*.txt for what is allowed");
      System.exit(1);
    }
  }

  private static Set<String> exceptions(Path list) throws IOException {
    try (Stream<String> lines = Files.lines(list)) {
      return lines.filter(line -> !line.startsWith("#")).collect(Collectors.toSet());
    }
  }

  private void look(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      var task =
          (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, units);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        Path source = Path.of(unit.getSourceFile().toUri());
        List<String> lines = Files.readAllLines(source);
        if (lines.size() > FILE) {
          faults.add(source + ": has " + lines.size() + " lines, expected at most " + FILE);
        }
        if (!exceptions.contains(source.getFileName().toString())) {
          new Methods(source, lines, unit, positions).scan(unit, null);
        }
      }
    }
  }

  private final class Methods extends TreeScanner<Void, Void> {
    private final Path source;
    private final List<String> lines;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    Methods(Path source, List<String> lines, CompilationUnitTree unit, SourcePositions positions) {
      this.source = source;
      this.lines = lines;
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      long start = positions.getStartPosition(unit, method.getBody());
      if (method.getBody() != null && start >= 0) { // an implicit constructor has no place
        LineMap map = unit.getLineMap();
        int first = (int) map.getLineNumber(start);
        int last = (int) map.getLineNumber(positions.getEndPosition(unit, method.getBody()));
        long length = IntStream.rangeClosed(first, last).filter(this::counts).count();
        if (length > METHOD) {
          faults.add(
              "%s:%d: method %s has %d lines, expected at most %d"
                  .formatted(source, first, method.getName(), length, METHOD));
        }
      }
      return super.visitMethod(method, nothing);
    }

    private boolean counts(int line) {
      String text = lines.get(line - 1).strip();
      return !text.isEmpty() && !text.startsWith("//");
    }
  }
}
