import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites the classes of a jar to Java 25's class-file version, with the stack maps that this
 * version needs. The JVM's ahead-of-time cache takes no classes of Java 5: they are read, parsed
 * and verified at every start (decision 9). The instructions stay the same. An entry of the jar
 * says what was changed, as the Apache licence asks.
 *
 * <p>Arguments: the jar. One that was rewritten before stays as it is.
 */
public class ClassVersion {
  private static final String NOTE = "META-INF/CHANGED.txt";

  private static final int VERSION = ClassFile.JAVA_25_VERSION;

  private static final String TEXT =
      """
      The build of Fovea rewrote the class files in this jar to class-file version %d, with stack maps, so that
      the JVM's ahead-of-time cache takes them. Instructions and all other files are as they were published.
      """;

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path made = jar.resolveSibling(jar.getFileName() + ".part");
    URL[] classes = {jar.toUri().toURL()};
    try (ZipFile in = new ZipFile(jar.toFile());
        URLClassLoader loader = new URLClassLoader(classes, null)) {
      if (in.getEntry(NOTE) != null) {
        return;
      }
      ClassHierarchyResolver hierarchy = ClassHierarchyResolver.ofResourceParsing(loader);
      ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(made))) {
        for (ZipEntry entry : in.stream().toList()) {
          byte[] bytes = in.getInputStream(entry).readAllBytes();
          String name = entry.getName();
          boolean isOld = name.endsWith(".class") && !name.endsWith("module-info.class");
          write(out, name, entry.getTime(), isOld ? rewritten(files, bytes, name) : bytes);
        }
        String note = TEXT.formatted(VERSION);
        long time = in.stream().mapToLong(ZipEntry::getTime).max().orElseThrow();
        write(out, NOTE, time, note.getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] rewritten(ClassFile files, byte[] bytes, String name) throws IOException {
    // Code that is passed on as it stands would stay without stack maps: it goes through a builder.
    ClassTransform code = ClassTransform.transformingMethodBodies((to, each) -> to.with(each));
    ClassTransform version = ClassTransform.endHandler(to -> to.withVersion(VERSION, 0));
    byte[] made = files.transformClass(files.parse(bytes), code.andThen(version));
    List<VerifyError> errors = files.verify(made);
    if (!errors.isEmpty()) {
      throw new IOException("class version: " + name + " is not valid: " + errors.getFirst());
    }
    return made;
  }

  private static void write(ZipOutputStream out, String name, long time, byte[] bytes)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(time);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }
}
