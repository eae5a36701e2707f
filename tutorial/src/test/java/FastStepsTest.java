import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From loops to fast: every step computes what the step before it computes. */
@SuppressWarnings("DefaultPackage") // as the classes under test
class FastStepsTest {
  private static final Path FAST = Path.of("fast");

  /** Each step with the one before it, and whether not even the rounding may differ. */
  static List<Arguments> steps() {
    return List.of(
        Arguments.of(new Step02LoopOrder(), new Step01PlainLoops(), true),
        Arguments.of(new Step03Floats(), new Step02LoopOrder(), false),
        Arguments.of(new Step04FlatArrays(), new Step03Floats(), true),
        Arguments.of(new Step05Vectors(), new Step04FlatArrays(), false),
        Arguments.of(new Step06RegisterBlock(), new Step05Vectors(), true),
        Arguments.of(new Step07CacheBlocks(), new Step06RegisterBlock(), true),
        Arguments.of(new Step08Im2col(), new Step07CacheBlocks(), true),
        Arguments.of(new Step09GeneratedKernel(), new Step08Im2col(), false),
        Arguments.of(new Step10Winograd(), new Step07CacheBlocks(), false),
        Arguments.of(new Step11TwoThreads(), new Step10Winograd(), true));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void forward_eachStep_agreesWithTheOneBefore(ConvStep step, ConvStep before, boolean exactly) {
    ConvStep.Problem problem = new ConvStep.Problem(3, 5);
    double difference = ConvStep.difference(step, before, problem);
    if (exactly) {
      assertThat(difference).isZero();
    } else {
      assertThat(difference).isPositive().isLessThan(roundingBound(problem));
    }
  }

  /** Two sums of 401 terms in floats: each within 401 roundings of the sum of the terms' sizes. */
  private static double roundingBound(ConvStep.Problem problem) {
    ConvStep.Problem sizes = new ConvStep.Problem(3, 5);
    for (double[] filter : sizes.w) {
      Arrays.setAll(filter, k -> Math.abs(filter[k]));
    }
    Arrays.setAll(sizes.b, o -> Math.abs(sizes.b[o]));
    ConvStep plain = new Step01PlainLoops();
    plain.prepare(sizes);
    plain.forward();
    double largest = 0;
    for (int n = 0; n < problem.x.length; n++) {
      largest = Math.max(largest, Arrays.stream(plain.output(n)).max().orElseThrow());
    }
    return 2 * (ConvStep.TAPS + 1) * 0x1p-24 * largest;
  }

  @Test
  void forward_plainLoops_areTheTutorials() {
    ConvStep.Problem problem = new ConvStep.Problem(1, 6);
    ConvStep plain = new Step01PlainLoops();
    plain.prepare(problem);
    plain.forward();
    var conv = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(16, 28, 28), 32, 5, 2, 1);
    var layer = new TwoLayerCnn.Layer(32, 400);
    System.arraycopy(problem.w, 0, layer.w, 0, 32);
    System.arraycopy(problem.b, 0, layer.b, 0, 32);
    assertThat(plain.output(0)).containsExactly(TwoLayerCnn.convForward(conv, problem.x[0], layer));
  }

  /** Three steps from the same weights; float against double, so within 1e-4 of the loss. */
  @Test
  @Tag("gate")
  void lossAndGradients_wholeStep_isTheTutorials() {
    Random random = new Random(7);
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.formulaWeights();
    TwoLayerCnn.Parameters v = TwoLayerCnnTest.zeros(p);
    Step12WholeStep fast = new Step12WholeStep();
    List<Parameter> weights = List.of(fast.conv1.w, fast.conv2.w, fast.dense1.w, fast.dense2.w);
    List<Parameter> biases = List.of(fast.conv1.b, fast.conv2.b, fast.dense1.b, fast.dense2.b);
    for (int a = 0; a < 4; a++) {
      float[] w = ConvStep.flat(p.layers().get(a).w);
      System.arraycopy(w, 0, weights.get(a).value, 0, w.length);
    }
    for (int step = 0; step < 2; step++) {
      double[][] x = new double[16][784];
      for (double[] image : x) {
        Arrays.setAll(image, k -> Math.max(0, random.nextDouble() - 0.8) * 5);
      }
      int[] t = random.ints(16, 0, 10).toArray();
      TwoLayerCnn.Parameters d = TwoLayerCnnTest.zeros(p);
      double loss = TwoLayerCnn.lossAndGradients(p, x, t, 0, d);
      assertThat(fast.lossAndGradients(ConvStep.inPlanes(x, 1), t))
          .as("loss of step %d", step)
          .isCloseTo(loss, within(1e-4 * loss));
      for (int a = 0; a < 4; a++) {
        TwoLayerCnn.Layer layer = p.layers().get(a);
        TwoLayerCnn.Layer gradient = d.layers().get(a);
        near(weights.get(a).gradient, ConvStep.flat(gradient.w), "dw of layer " + a);
        near(biases.get(a).gradient, ConvStep.flat(gradient.b), "db of layer " + a);
        TwoLayerCnn.penalty(layer, 1e-4, gradient);
        TwoLayerCnn.update(layer, v.layers().get(a), gradient, 0.01, 0.9);
      }
      fast.update();
    }
    for (int a = 0; a < 4; a++) {
      near(weights.get(a).value, ConvStep.flat(p.layers().get(a).w), "w of layer " + a);
      near(biases.get(a).value, ConvStep.flat(p.layers().get(a).b), "b of layer " + a);
    }
  }

  /** Relative L2 error of at most 1e-4. */
  private static void near(float[] got, float[] want, String what) {
    double error = 0;
    double size = 0;
    for (int k = 0; k < want.length; k++) {
      error += Math.pow(got[k] - want[k], 2);
      size += Math.pow(want[k], 2);
    }
    assertThat(Math.sqrt(error)).as(what).isLessThan(1e-4 * Math.sqrt(size));
  }

  @Test
  void winogradMatrices_ofTwoOutputsAndThreeTaps_areTheKnownOnes() {
    var f23 = new WinogradMatrices(2, 3, 0, 1, -1);
    assertThat(f23.at).containsExactly(new float[] {1, 1, 1, 0, 0, 1, -1, 1}, within(0f));
    assertThat(f23.g)
        .containsExactly(
            new float[] {-1, 0, 0, 0.5f, 0.5f, 0.5f, 0.5f, -0.5f, 0.5f, 0, 0, 1}, within(0f));
    assertThat(f23.bt)
        .containsExactly(
            new float[] {-1, 0, 1, 0, 0, 1, 1, 0, 0, -1, 1, 0, 0, -1, 0, 1}, within(0f));
  }

  @Test
  void sources_ofEveryStep_haveAtMost150Lines() throws Exception {
    try (Stream<Path> files = Files.list(FAST)) {
      for (Path file : files.filter(path -> path.toString().contains("Step")).toList()) {
        assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(150);
      }
    }
  }

  /** One step as a program: the launcher compiles what it needs, and the driver reads its line. */
  @Test
  @Tag("gate")
  void main_ofOneStep_printsALineThatTheDriverReads() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                FAST.resolve("Step06RegisterBlock.java").toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).containsPattern(Fast.RESULT);
  }
}
