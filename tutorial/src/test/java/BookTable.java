import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tables of the book's pages. */
@SuppressWarnings("DefaultPackage") // as the classes under test
final class BookTable {
  private static final Path BOOK = Path.of("../docs/book");

  private BookTable() {}

  /** Rows of the first table of a chapter whose head begins so, as cells without their bars. */
  static List<List<String>> of(String chapter, String head) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(BOOK.resolve(chapter))) {
      inside |= line.startsWith(head);
      if (inside && !line.startsWith("|")) {
        return rows;
      }
      if (inside && !line.startsWith("|--")) {
        String cells = line.substring(1, line.lastIndexOf('|'));
        rows.add(Arrays.stream(cells.split("\\|", -1)).map(String::strip).toList());
      }
    }
    throw new IOException(chapter + ": expected a table that begins with \"" + head + "\"");
  }
}
