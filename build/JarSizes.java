import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * The sizes of core, format and all that they need, printed; fails where core has 1 MB, or where a
 * jar of ours has no Maven descriptor, by which scanners know jars. Arguments: the jar of format,
 * the folder of the jars it needs.
 */
public class JarSizes {
  private static final long CORE = 1_000_000;

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
      if (jar.getFileName().toString().startsWith("fovea-")) {
        requireDescriptor(jar);
      }
      all += size;
      core += jar.getFileName().toString().startsWith("fovea-core") ? size : 0;
    }
    System.out.printf("%,12d bytes  core, format and all they need%n", all);
    if (core == 0 || core >= CORE) {
      System.err.printf("sizes: core must be below %,d bytes, got %,d%n", CORE, core);
      System.exit(1);
    }
  }

  private static void requireDescriptor(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.stream().noneMatch(entry -> entry.getName().matches("META-INF/maven/.+/pom.xml"))) {
        System.err.printf(
            "sizes: %s has no META-INF/maven/.../pom.xml, by which scanners know a jar;"
                + " see addMavenDescriptor of maven-jar-plugin in pom.xml%n",
            jar.getFileName());
        System.exit(1);
      }
    }
  }
}
