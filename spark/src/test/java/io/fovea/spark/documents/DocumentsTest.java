package io.fovea.spark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Java of spark/README.md is code that the compiler has seen. */
class DocumentsTest {
  private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @Test
  void java_ofThePage_isCompiled() throws IOException {
    StringBuilder compiled = new StringBuilder();
    for (String name : new String[] {"Training", "Score", "Scoring", "Loading"}) {
      compiled.append(
          Files.readString(Path.of("src/test/java/io/fovea/spark/documents/" + name + ".java")));
    }
    String sources = bare(compiled.toString());
    Matcher block = BLOCK.matcher(Files.readString(Path.of("README.md")));
    int blocks = 0;
    while (block.find()) {
      blocks++;
      assertThat(sources).as(block.group(1)).contains(bare(block.group(1)));
    }
    assertThat(blocks).isEqualTo(4);
  }

  /** Without comments and space. */
  private static String bare(String java) {
    return java.replaceAll("(?m)//\\s.*$", "").replaceAll("\\s+", "");
  }
}
