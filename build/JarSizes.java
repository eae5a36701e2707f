import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sizes of core, format and all that they need, printed; fails where core has 1 MB or all have
 * 4 MB. Arguments: the jar of format, the folder of the jars it needs.
 */
public class JarSizes {
  private static final long CORE = 1_000_000;
  private static final long ALL = 4_000_000;

  public static void main(String[] arguments) throws IOException {
    List<Path> jars;
    try (Stream<Path> needed = Files.list(Path.of(arguments[1]))) {
      jars = Stream.concat(Stream.of(Path.of(arguments[0])), needed.sorted()).toList();
    }
    long all = 0;
    long core = 0;
    for (Path jar : jars) {
      long size = Files.size(jar);
      System.out.printf("%,12d bytes  %s%n", size, jar.getFileName());
      all += size;
      core += jar.getFileName().toString().startsWith("fovea-core") ? size : 0;
    }
    System.out.printf("%,12d bytes  core, format and all they need%n", all);
    if (core == 0 || core >= CORE || all >= ALL) {
      System.err.printf(
          "sizes: core must be below %,d bytes, got %,d; all together below %,d, got %,d%n",
          CORE, core, ALL, all);
      System.exit(1);
    }
  }
}
