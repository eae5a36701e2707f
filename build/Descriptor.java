import java.io.IOException;
import java.util.spi.ToolProvider;
import java.util.zip.ZipFile;

/**
 * Adds the module descriptor to a jar with the JDK's jar tool (decision 5). A jar that has it was
 * not made anew since and is left alone: for a jar that is written again, Maven compiles all
 * modules that use it again. Arguments: the jar, the classes, the date and the module's version.
 */
public class Descriptor {
  public static void main(String[] arguments) throws IOException {
    try (ZipFile jar = new ZipFile(arguments[0])) {
      if (jar.getEntry("module-info.class") != null) {
        return;
      }
    }
    String[] update = {
      "--update",
      "--date=" + arguments[2],
      "--module-version=" + arguments[3],
      "--file=" + arguments[0],
      "-C",
      arguments[1],
      "module-info.class"
    };
    System.exit(ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, update));
  }
}
