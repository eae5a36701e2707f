import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The sources of the project, for the checks beside this file. */
class Sources {
  private Sources() {}

  /** All below a folder, see {@link #below(Path, String)}. */
  static List<Path> below(Path folder) throws IOException {
    return below(folder, ".java");
  }

  /**
   * Files with this end of their names below a folder, but those in {@code target} and in folders
   * whose names begin with a dot.
   */
  static List<Path> below(Path folder, String end) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            String name = path.getFileName().toString();
            boolean skipped = name.equals("target") || name.startsWith(".");
            return skipped && !path.equals(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (path.toString().endsWith(end)) {
              sources.add(path);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
