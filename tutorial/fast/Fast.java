import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * From loops to fast: runs all steps, each in a JVM of its own, and prints what each gains on this
 * machine and whether its answer is the one of the step before. From the project's folder:
 *
 * <pre>java tutorial/fast/Fast.java</pre>
 *
 * <p>It takes a minute and a half; {@code java -Dseconds=10 ...} is for machines that have other
 * work. One step alone: {@code java --add-modules jdk.incubator.vector
 * tutorial/fast/Step06RegisterBlock.java}. The chapter is docs/book/from-loops-to-fast.md.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Fast {
  private static final Path FOLDER = Path.of("tutorial/fast");
  private static final String SECONDS = "-Dseconds=" + System.getProperty("seconds", "3");
  static final Pattern RESULT =
      Pattern.compile("(\\S+) ms an image, (\\S+ \\S+/s)(?:, .* (\\S+))?");
  private static final Pattern TUTORIAL = Pattern.compile("images (\\d+)/s");

  private Fast() {}

  /** A program and what is new in it; the library's jar goes on its class path where it is used. */
  private record Step(String program, String change, boolean usesLibrary) {}

  private static final List<Step> CONVOLUTION =
      List.of(
          new Step("Step01PlainLoops", "plain loops", false),
          new Step("Step02LoopOrder", "loop order", false),
          new Step("Step03Floats", "float", false),
          new Step("Step04FlatArrays", "flat arrays, stored padding", false),
          new Step("Step05Vectors", "Vector API", false),
          new Step("Step06RegisterBlock", "register block", false),
          new Step("Step07CacheBlocks", "packing, cache blocks", false),
          new Step("Step08Im2col", "im2col instead", false),
          new Step("Step09GeneratedKernel", "generated kernel (library)", true),
          new Step("Step10Winograd", "Winograd F(4x4,5x5)", false),
          new Step("Step11TwoThreads", "two threads", false));
  private static final List<Step> WHOLE =
      List.of(
          new Step("Step12WholeStep", "whole step", false),
          new Step("Step13Library", "whole step (library)", true));

  static void main() throws IOException, InterruptedException {
    if (!Files.exists(FOLDER.resolve("Fast.java"))) {
      System.err.println("Fast: no tutorial/fast here; start it in the project's folder");
      System.exit(2);
    }
    String jar = jar();
    System.out.println("forward pass of conv2, 16 to 32 maps of 28 x 28, 5 x 5 filters:");
    line("", "ms an image", "", "times", "difference");
    double first = 0;
    for (Step step : CONVOLUTION) {
      first = print(step, jar, first);
    }
    System.out.println("a training step of the whole network, batches of 16:");
    double plain = tutorialImagesPerSecond();
    first = 1e3 / plain;
    line(
        "plain loops (TwoLayerCnn.java)",
        decimal(first),
        Math.round(plain) + " images/s",
        "1.0",
        "");
    for (Step step : WHOLE) {
      print(step, jar, first);
    }
    if (jar.isEmpty()) {
      System.out.println("skipped: what needs the library's jar; make it: mvn -q package -pl core");
    }
  }

  /** Runs a step and prints its line; returns the milliseconds that later lines refer to. */
  private static double print(Step step, String jar, double first)
      throws IOException, InterruptedException {
    if (step.usesLibrary && jar.isEmpty()) {
      line(step.change, "skipped", "", "", "");
      return first;
    }
    List<String> command =
        new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector", SECONDS));
    if (step.usesLibrary) {
      command.addAll(List.of("--class-path", jar));
    }
    command.add(FOLDER.resolve(step.program + ".java").toString());
    MatchResult result = RESULT.matcher(run(command)).results().findFirst().orElseThrow();
    double milliseconds = Double.parseDouble(result.group(1));
    double reference = first == 0 ? milliseconds : first;
    String difference = first == 0 || result.group(3) == null ? "" : result.group(3);
    String times = decimal(reference / milliseconds);
    line(step.change, result.group(1), result.group(2), times, difference);
    return reference;
  }

  private static void line(String change, String time, String rate, String times, String off) {
    System.out.println(
        "%-32s%12s%15s%9s%12s".formatted(change, time, rate, times, off).stripTrailing());
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** The newest jar of fovea-core that the build has left, or nothing. */
  private static String jar() throws IOException {
    Path target = Path.of("core/target");
    if (!Files.isDirectory(target)) {
      return "";
    }
    try (Stream<Path> files = Files.list(target)) {
      return files
          .map(Path::toString)
          .filter(file -> file.matches(".*fovea-core-[^-]+(-SNAPSHOT)?\\.jar"))
          .sorted()
          .reduce("", (earlier, later) -> later);
    }
  }

  /** What a program prints. Its own line comes last, behind the JVM's warnings. */
  private static String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + printed);
    }
    return printed;
  }

  /** TwoLayerCnn.java's own rate, on random images, for they cost the same time. */
  private static double tutorialImagesPerSecond() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("fast");
    try {
      for (String set : List.of("train", "t10k")) {
        byte[] pixels = new byte[320 * 784];
        new Random(1).nextBytes(pixels);
        write(folder.resolve(set + "-images-idx3-ubyte"), pixels, 0x803, 320, 28, 28);
        write(folder.resolve(set + "-labels-idx1-ubyte"), new byte[320], 0x801, 320);
      }
      // a line of its output comes every 160 images, after five seconds or so
      String seconds = Integer.toString(4 * Integer.getInteger("seconds", 3));
      String program = FOLDER.resolveSibling("TwoLayerCnn.java").toString();
      String printed = run(List.of(program, folder.toString(), "--seconds", seconds));
      return TUTORIAL
          .matcher(printed)
          .results()
          .mapToDouble(result -> Double.parseDouble(result.group(1)))
          .max()
          .orElseThrow(() -> new IOException(program + ": too slow here; give it -Dseconds=60"));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void write(Path file, byte[] items, int... header) throws IOException {
    ByteBuffer idx = ByteBuffer.allocate(4 * header.length + items.length);
    Arrays.stream(header).forEach(idx::putInt);
    Files.write(file, idx.put(items).array());
  }
}
