import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's training against the tutorial's, on the JVM. */
@SuppressWarnings("DefaultPackage") // as the classes under test
class TrainingByLineTest {
  static final int TRAINED = 2000;
  private static final int TESTS = 200;
  private static final int PIXELS = 28 * 28;

  /** The tutorial's first losses with seed 1, on the first 2,000 images of MNIST. */
  static final double[] LOSSES = {
    2.5577964556904726, 2.858417741811758, 2.877405039665537, 2.659796404691996
  };

  static byte[] bytes() throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of("lesson/digits.gz")))) {
      return in.readAllBytes();
    }
  }

  static List<TwoLayerCnn.Digit> digits() throws IOException {
    ByteBuffer all = ByteBuffer.wrap(bytes());
    int count = TRAINED + TESTS;
    return IntStream.range(0, TRAINED)
        .mapToObj(n -> new TwoLayerCnn.Digit(all.slice(count + n * PIXELS, PIXELS), all.get(n)))
        .toList();
  }

  private static List<Double> losses(TrainingByLine run, int steps) {
    List<Double> losses = new ArrayList<>();
    while (losses.size() < steps) {
      if (run.next() == TrainingByLine.Line.SEEN) {
        losses.add(run.loss());
      }
    }
    return losses;
  }

  @Test
  void random_isTheJdks() {
    for (int seed : new int[] {0, 1, 20_261_130, -7, Integer.MIN_VALUE}) {
      Random expected = new Random(seed);
      Random got = new JdkRandom(seed);
      for (int k = 0; k < 2000; k++) {
        assertThat(got.nextInt()).isEqualTo(expected.nextInt());
        assertThat(got.nextInt(k + 1)).isEqualTo(expected.nextInt(k + 1));
        assertThat(got.nextInt(1 << 30)).isEqualTo(expected.nextInt(1 << 30));
        assertThat(got.nextInt((1 << 30) + 1)).isEqualTo(expected.nextInt((1 << 30) + 1));
        assertThat(got.nextDouble()).isEqualTo(expected.nextDouble());
        assertThat(got.nextGaussian()).isCloseTo(expected.nextGaussian(), within(1e-15));
      }
      List<Integer> a = new ArrayList<>(IntStream.range(0, 2000).boxed().toList());
      List<Integer> b = new ArrayList<>(a);
      Collections.shuffle(a, expected);
      Collections.shuffle(b, got);
      assertThat(b).isEqualTo(a);
    }
  }

  @Test
  @Tag("gate") // seconds
  void losses_ofTheWholeNetwork_areTheBooksBits() throws IOException {
    assertThat(losses(new TrainingByLine(digits(), 16, 0, 1), LOSSES.length))
        .containsExactly(IntStream.range(0, 4).mapToObj(k -> LOSSES[k]).toArray(Double[]::new));
  }

  /** Over the end of an epoch: 40 digits are two steps and a rest. */
  @Test
  void losses_ofManySteps_areThoseOfTheTutorial() throws IOException {
    List<TwoLayerCnn.Digit> few = digits().subList(0, 40);
    assertThat(means(losses(new TrainingByLine(few, 2, 0, 1), 20)))
        .isEqualTo(Faults.losses(0, few, 320, 2, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 7, 8, 9, 10, 11, 14, 15})
  void losses_withAFault_areThoseOfTheTutorial(int fault) throws IOException {
    List<TwoLayerCnn.Digit> few = digits().subList(0, 320);
    TrainingByLine run = new TrainingByLine(few, 1, fault, 1);
    assertThat(means(losses(run, 10))).isEqualTo(Faults.losses(fault, few, 160, 1, 1));
    assertThat(run.read(TwoLayerCnn.images(few.subList(0, 1))[0])).hasSize(10);
  }

  private static List<Double> means(List<Double> losses) {
    return IntStream.range(0, losses.size() / 10)
        .mapToObj(
            k -> {
              double mean = 0;
              for (double loss : losses.subList(10 * k, 10 * k + 10)) {
                mean += loss / 10;
              }
              return mean;
            })
        .toList();
  }

  /** A bar of 40 x 80: its longer side becomes 20 pixels of 4 x 4, its middle that of the field. */
  @Test
  void drawing_ofABar_isTwentyHighAndInTheMiddle() {
    byte[] ink = new byte[112 * 112];
    for (int i = 7; i < 87; i++) {
      Arrays.fill(ink, i * 112 + 60, i * 112 + 100, (byte) 255);
    }
    byte[] framed = new DrawnDigit(ink, 112).framed();
    assertThat(framed).hasSize(PIXELS);
    for (int k = 0; k < PIXELS; k++) {
      boolean isInk = k / 28 >= 4 && k / 28 < 24 && k % 28 >= 9 && k % 28 < 19;
      assertThat(framed[k] & 255).as("%d, %d", k / 28, k % 28).isEqualTo(isInk ? 255 : 0);
    }
    assertThat(new DrawnDigit(new byte[112 * 112], 112).framed()).isEmpty();
  }

  /** What the page shows of lines is found by their beginnings. */
  @Test
  void lines_areEachOneLineOfTheFile() throws IOException {
    List<String> file = Files.readAllLines(Path.of("TwoLayerCnn.java"));
    int from = IntStream.range(0, file.size()).filter(k -> file.get(k).contains("Step 10")).sum();
    int to = IntStream.range(0, file.size()).filter(k -> file.get(k).contains("Step 11")).sum();
    for (TrainingByLine.Line line : TrainingByLine.LINES) {
      assertThat(file.subList(from, to))
          .filteredOn(text -> text.strip().startsWith(line.code))
          .as(line.code)
          .hasSize(1);
    }
  }

  @Test
  void faults_ofThePage_areTheTutorials() throws IOException {
    Path page =
        Path.of("../studio/src/main/resources/io/fovea/studio/web/lesson").resolve("faults.js");
    TreeSet<Integer> numbers = new TreeSet<>();
    Pattern.compile("(?m)^  (\\d+): \\{ name: '([^']+)', at: '([^']+)'")
        .matcher(Files.readString(page))
        .results()
        .forEach(
            found -> {
              int number = Integer.parseInt(found.group(1));
              numbers.add(number);
              assertThat(found.group(2)).isEqualToIgnoringCase(Faults.names().get(number));
              assertThat(TrainingByLine.LINES)
                  .as(found.group(3))
                  .anyMatch(line -> line.code.startsWith(found.group(3)));
            });
    assertThat(numbers).isEqualTo(Faults.names().keySet());
  }

  /**
   * The first 2,000 training and 200 test images of MNIST; the file was made of the files that
   * {@code fovea data fetch mnist} fetches.
   */
  @Test
  void digits_areMnists() throws Exception {
    byte[] bytes = bytes();
    assertThat(bytes).hasSize((TRAINED + TESTS) * (1 + PIXELS));
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
        .isEqualTo("bb51677b231042d36916162a2d343d94912db9b05e502c7f3bfbc9512008bb5f");
    Path golden = Path.of("../core/src/test/resources/golden/train-images-idx3-ubyte");
    assertThat(ByteBuffer.wrap(bytes, TRAINED + TESTS, 600 * PIXELS))
        .isEqualTo(ByteBuffer.wrap(Files.readAllBytes(golden), 16, 600 * PIXELS));
  }

  /**
   * network.js is what TeaVM makes of the sources. After a change of them: {@code mvn test -Pgate
   * -pl tutorial -am -Dtest=TrainingByLineTest -Dfigures=write
   * -Dsurefire.failIfNoSpecifiedTests=false}.
   */
  @Test
  @Tag("gate")
  void network_isCompiledFromTheSources() throws IOException {
    Path file = Path.of("lesson/network.js");
    String compiled = Files.readString(Path.of("target/network.js"));
    if ("write".equals(System.getProperty("figures"))) {
      Files.writeString(file, compiled);
    }
    assertThat(file).content().as("see this test").isEqualTo(compiled);
  }
}
