import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The numpy files and their page; they run where python3 finds numpy. */
@SuppressWarnings("DefaultPackage") // as the classes under test
class NumpyTest {
  private static final Path BOOK = Path.of("../docs/book");

  private static String python(String... arguments) throws Exception {
    assumeTrue(run("-c", "import numpy").equals("exit code 0"), "python3 has no numpy here");
    return run(arguments);
  }

  private static String run(String... arguments) throws Exception {
    List<String> command = Stream.concat(Stream.of("python3"), Stream.of(arguments)).toList();
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return output + "exit code " + process.waitFor();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void losses_areThoseOfPyTorch() throws Exception {
    List<MatchResult> steps =
        Pattern.compile("loss ([\\d.]+), PyTorch [\\d.]+, with L2 ([\\d.]+)")
            .matcher(python("two_layer_cnn.py"))
            .results()
            .toList();
    List<MatchResult> golden =
        Pattern.compile("\"data\": ([\\d.]+),\\s*\"total\": ([\\d.]+)")
            .matcher(Files.readString(TwoLayerCnnTest.GOLDEN.resolve("two-layer-cnn.json")))
            .results()
            .toList();
    assertThat(steps).hasSize(4);
    for (int k = 0; k < 8; k++) {
      assertThat(Double.parseDouble(steps.get(k / 2).group(1 + k % 2)))
          .isCloseTo(Double.parseDouble(golden.get(k / 2).group(1 + k % 2)), within(1e-12));
    }
  }

  @Test
  void figure_isThatOfTheFilters() throws Exception {
    assertThat(python("seven_filters.py"))
        .isEqualTo(Files.readString(BOOK.resolve("images/seven-filters.svg")) + "exit code 0");
  }

  @Test
  void page_everyLineOfTheJavaFile_hasTheNameOfItsLink() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("TwoLayerCnn.java"));
    List<MatchResult> links =
        Pattern.compile("\\[`(\\w+)`]\\(\\.\\./\\.\\./tutorial/TwoLayerCnn\\.java#L(\\d+)\\)")
            .matcher(Files.readString(BOOK.resolve("from-numpy.md")))
            .results()
            .toList();
    assertThat(links)
        .hasSizeGreaterThan(25)
        .allMatch(l -> lines.get(Integer.parseInt(l.group(2)) - 1).contains(l.group(1) + "("));
  }
}
