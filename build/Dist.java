import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Packs the built command line as downloads, in {@code cli/target/dist}:
 *
 * <ul>
 *   <li>{@code fovea-VERSION.zip}: jars and start scripts, for a JDK. The same jars give the same
 *       bytes.
 *   <li>{@code fovea-VERSION-OS-ARCH}, as a folder and as .tar.gz: an image that jlink makes of JDK
 *       and program, with its record of a start (not on Windows).
 *   <li>{@code app/fovea}: the same image with jpackage's launcher.
 * </ul>
 *
 * <p>Arguments: the project's folder, the version, the time of the zip's files, and what to make:
 * {@code zip}, {@code image}, {@code app}, with commas between. An app needs the image.
 */
public class Dist {
  private static final String PROGRAM = "io.fovea.cli";
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private final Path project;
  private final Path built;
  private final Path out;
  private final String version;
  private final Path image;

  Dist(Path project, String version) {
    this.project = project;
    this.version = version;
    built = project.resolve("cli/target/app");
    out = project.resolve("cli/target/dist");
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String os = WINDOWS ? "windows" : system.startsWith("mac") ? "macos" : system;
    String arch = System.getProperty("os.arch").replace("amd64", "x64").replace("x86_64", "x64");
    image = out.resolve("fovea-%s-%s-%s".formatted(version, os, arch));
  }

  public static void main(String[] arguments) throws Exception {
    Dist dist = new Dist(Path.of(arguments[0]).toRealPath(), arguments[1]);
    if (!Files.isDirectory(dist.built.resolve("lib"))) {
      throw new IOException("dist: expects the command line in " + dist.built + "; mvn package");
    }
    List<String> parts = List.of(arguments[3].split(","));
    if (parts.contains("zip")) {
      dist.zip(FileTime.from(Instant.parse(arguments[2])));
    }
    if (parts.contains("image")) {
      dist.image();
    }
    if (parts.contains("app")) {
      dist.app();
    }
  }

  private void zip(FileTime time) throws IOException {
    Path root = out.resolve("fovea-" + version);
    delete(root);
    scripts(root);
    jars(built.resolve("lib"), "", root.resolve("lib"));
    jars(project.resolve("spark/target/app"), "fovea-spark-", root.resolve("spark"));
    Path zip = out.resolve(root.getFileName() + ".zip");
    Files.deleteIfExists(zip);
    var settings = Map.of("create", "true", "enablePosixFileAttributes", "true");
    try (FileSystem archive = FileSystems.newFileSystem(zip, settings);
        Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        Path entry = archive.getPath(out.relativize(file).toString().replace('\\', '/'));
        boolean isScript = file.endsWith("bin/fovea");
        Files.copy(file, entry);
        Files.setPosixFilePermissions(
            entry,
            PosixFilePermissions.fromString(
                isScript || Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
        Files.getFileAttributeView(entry, BasicFileAttributeView.class).setTimes(time, time, time);
      }
    }
    report(zip);
  }

  private void image() throws Exception {
    Path modules = out.resolve("modules");
    delete(modules);
    delete(image);
    jars(built.resolve("lib"), "", modules);
    describe(modules);
    tool(
        "jlink",
        "--module-path",
        modules,
        "--add-modules",
        PROGRAM + ",java.desktop",
        "--output",
        image,
        "--no-header-files",
        "--no-man-pages");
    scripts(image);
    if (!WINDOWS) {
      process(image.resolve("bin/fovea"), "--record");
    }
    Path archive = out.resolve(image.getFileName() + ".tar.gz");
    process("tar", "-czf", archive, "-C", out, image.getFileName());
    report(archive);
  }

  /** Gives a descriptor to each jar that has none: jlink takes no automatic modules. */
  private void describe(Path modules) throws IOException {
    for (ModuleReference module : ModuleFinder.of(modules).findAll()) {
      if (module.descriptor().isAutomatic()) {
        String name = module.descriptor().name();
        Path jar = Path.of(module.location().orElseThrow());
        Path made = out.resolve("descriptor");
        delete(made);
        tool("jdeps", "--generate-module-info", made, jar);
        Path source = made.resolve(name).resolve("module-info.java");
        tool("javac", "--patch-module", name + "=" + jar, "-d", made, source);
        tool("jar", "--update", "--file", jar, "-C", made, "module-info.class");
      }
    }
  }

  private void app() throws IOException {
    Path apps = out.resolve("app");
    delete(apps);
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("--type", "app-image", "--name", "fovea", "--dest", apps));
    arguments.addAll(List.of("--app-version", version.replace("-SNAPSHOT", "")));
    arguments.addAll(List.of("--runtime-image", image));
    arguments.addAll(List.of("--module", PROGRAM + "/" + PROGRAM + ".Fovea"));
    for (String flag : flags()) {
      arguments.addAll(List.of("--java-options", flag));
    }
    tool("jpackage", arguments.toArray());
  }

  /** The JVM's flags as the start script has them. */
  private List<String> flags() throws IOException {
    String begin = "jvm=\"$log ";
    try (Stream<String> lines = Files.lines(built.resolve("bin/fovea"))) {
      String line = lines.filter(each -> each.startsWith(begin)).findFirst().orElseThrow();
      return List.of(line.substring(begin.length(), line.length() - 1).split(" "));
    }
  }

  /** What lies beside jars or JDK: start scripts, and what to read. */
  private void scripts(Path root) throws IOException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path script = bin.resolve("fovea");
    Files.copy(built.resolve("bin/fovea"), script, StandardCopyOption.REPLACE_EXISTING);
    script.toFile().setExecutable(true, false);
    String cmd = Files.readString(built.resolve("bin/fovea.cmd"));
    Files.writeString(bin.resolve("fovea.cmd"), cmd.replaceAll("\r?\n", "\r\n"));
    Files.copy(built.resolve("README.txt"), root.resolve("README.txt"));
    for (String name : List.of("LICENSE", "NOTICE")) {
      if (Files.exists(project.resolve(name))) {
        Files.copy(project.resolve(name), root.resolve(name));
      }
    }
  }

  private static void jars(Path from, String begin, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(begin) && name.endsWith(".jar")) {
          Files.copy(file, to.resolve(name));
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void tool(String name, Object... arguments) throws IOException {
    String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    ToolProvider tool = ToolProvider.findFirst(name).orElseThrow();
    if (tool.run(System.out, System.err, words) != 0) {
      throw new IOException("dist: failed: " + name + " " + String.join(" ", words));
    }
  }

  private static void process(Object... command) throws Exception {
    List<String> words = Stream.of(command).map(Object::toString).toList();
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    if (builder.start().waitFor() != 0) {
      throw new IOException("dist: failed: " + String.join(" ", words));
    }
  }

  private void report(Path file) throws IOException {
    System.out.printf("%,14d bytes  %s%n", Files.size(file), project.relativize(file));
  }
}
