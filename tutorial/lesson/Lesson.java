import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.teavm.jso.JSByRef;
import org.teavm.jso.JSExport;

/** What the page's worker calls: a training by line, its numbers, and a reader of drawn digits. */
@SuppressWarnings("DefaultPackage") // beside TwoLayerCnn, which has no package
public final class Lesson {
  private static final int PIXELS = TwoLayerCnn.IMAGE.size();

  private static List<TwoLayerCnn.Digit> training = List.of();
  private static List<TwoLayerCnn.Digit> testing = List.of();
  private static TrainingByLine run = new TrainingByLine(List.of(), 1, 0, 1);

  private Lesson() {}

  /**
   * Takes the digits.
   *
   * @param bytes {@code count} labels, then as many pictures of 28 x 28 bytes
   * @param trained so many of them, from the first, are trained on; the others are for tests
   */
  @JSExport
  public static void digits(@JSByRef byte[] bytes, int count, int trained) {
    List<TwoLayerCnn.Digit> digits = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int from = count + n * PIXELS;
      ByteBuffer pixels = ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + PIXELS));
      digits.add(new TwoLayerCnn.Digit(pixels, bytes[n]));
    }
    training = digits.subList(0, trained);
    testing = digits.subList(trained, count);
  }

  /** Begins a training anew: see {@link TrainingByLine}. */
  @JSExport
  public static void begin(int filters, int fault, int seed) {
    run = new TrainingByLine(training, filters, fault, seed);
  }

  @JSExport
  public static void rate(double rate) {
    run.rate(rate);
  }

  /** How many lines there are. */
  @JSExport
  public static int count() {
    return TrainingByLine.LINES.size();
  }

  /** How a line begins. */
  @JSExport
  public static String code(int line) {
    return TrainingByLine.LINES.get(line).code;
  }

  /** Runs the next line; its number. */
  @JSExport
  public static int next() {
    return TrainingByLine.LINES.indexOf(run.next());
  }

  /** The numbers that the last line has made. */
  @JSExport
  public static double[] reading() {
    return run.reading();
  }

  /** The number, from 0, of the image in its batch that the last line was run for. */
  @JSExport
  public static int image() {
    return run.image();
  }

  @JSExport
  public static int seen() {
    return run.seen();
  }

  @JSExport
  public static double loss() {
    return run.loss();
  }

  /** The pixels of an image of the batch. */
  @JSExport
  public static byte[] pixels(int image) {
    return run.batch().get(image).pixels().array();
  }

  /** The filters of the first convolution, one after the other. */
  @JSExport
  public static double[] filters() {
    double[][] rows = run.parameters().conv1().w;
    double[] all = new double[rows.length * rows[0].length];
    for (int o = 0; o < rows.length; o++) {
      System.arraycopy(rows[o], 0, all, o * rows[0].length, rows[0].length);
    }
    return all;
  }

  /** A drawing of {@code side} x {@code side} bytes as 28 x 28; empty without ink. */
  @JSExport
  public static byte[] framed(@JSByRef byte[] ink, int side) {
    return new DrawnDigit(ink, side).framed();
  }

  /** The ten probabilities of a drawn digit of 28 x 28 bytes. */
  @JSExport
  public static double[] read(@JSByRef byte[] pixels) {
    var digit = new TwoLayerCnn.Digit(ByteBuffer.wrap(pixels), 0);
    return run.read(TwoLayerCnn.images(List.of(digit))[0]);
  }

  /** Whether a test image is read correctly. */
  @JSExport
  public static boolean isRight(int image) {
    TwoLayerCnn.Digit digit = testing.get(image);
    double[] probabilities = read(digit.pixels().array());
    int best = 0;
    for (int o = 1; o < probabilities.length; o++) {
      best = probabilities[o] > probabilities[best] ? o : best;
    }
    return best == digit.label();
  }

  /** The number of test images. */
  @JSExport
  public static int tests() {
    return testing.size();
  }
}
