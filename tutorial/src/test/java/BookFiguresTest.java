import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The figures in docs/book/images are the ones that the book's numbers draw. After a change, {@code
 * mvn test -pl tutorial -am -Dtest=BookFiguresTest -Dfigures=write
 * -Dsurefire.failIfNoSpecifiedTests=false} writes them anew; look at them before they are
 * committed.
 */
@SuppressWarnings("DefaultPackage") // as the classes under test
class BookFiguresTest {
  private static final Path IMAGES = Path.of("../docs/book/images");

  @Test
  void figures_inTheBook_areThoseOfItsNumbers() throws IOException {
    for (Map.Entry<String, String> figure : BookFigures.all().entrySet()) {
      Path file = IMAGES.resolve(figure.getKey());
      if ("write".equals(System.getProperty("figures"))) {
        Files.writeString(file, figure.getValue());
      }
      assertThat(file).content().as("%s", file).isEqualTo(figure.getValue());
    }
  }

  @Test
  void images_ofTheBook_areDrawnAndShown() throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> images = Files.list(IMAGES)) {
      images.forEach(image -> files.add(String.valueOf(image.getFileName())));
    }
    files.remove("weight.svg"); // photographed digits, which "fovea replay --sheet" chose
    assertThat(files).isEqualTo(BookFigures.all().keySet());
    StringBuilder book = new StringBuilder();
    try (Stream<Path> chapters = Files.list(IMAGES.resolveSibling("."))) {
      for (Path chapter : chapters.filter(path -> path.toString().endsWith(".md")).toList()) {
        book.append(Files.readString(chapter));
      }
    }
    for (String file : files) {
      assertThat(book.toString()).contains("](images/" + file + ")");
    }
  }

  @Test
  void window_firstOfConv1_has16WeightsOutside() {
    assertThat(BookFigures.window().toString()).contains("16 weights meet the padding");
    assertThat(BookFigures.filter().toString()).contains("400 products");
    assertThat(BookShapes.parameters().toString())
        .contains("dense1: 99.4 % of all parameters", ">2,508,900<", "all 2,523,158 parameters");
  }
}
