package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guarantees, to which README links: each is proved by a test that exists. */
class GuaranteesTest {
  /** Rows of the guarantees: the test that a row links to has the method that the row names. */
  @Test
  void guarantees_areProvedByTestsThatExist() throws IOException {
    Path docs = Path.of("../docs");
    String page = Files.readString(docs.resolve("production.md")).split("## Guarantees\n", -1)[1];
    Matcher proof =
        Pattern.compile("\\[\\w+]\\((\\S+(?:Test|IT)\\.java)\\) `(\\w+)` \\|").matcher(page);
    int rows = 0;
    while (proof.find()) {
      rows++;
      assertThat(Files.readString(docs.resolve(proof.group(1))))
          .as(proof.group())
          .contains("void " + proof.group(2) + "(");
    }
    assertThat(page.lines().filter(line -> line.startsWith("|"))).hasSize(rows + 2);
    assertThat(rows).isGreaterThan(10);
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("](docs/production.md#guarantees)");
  }
}
