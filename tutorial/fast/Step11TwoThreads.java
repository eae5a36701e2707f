import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Step 11: two threads, each with a half of the images and its own scratch arrays. No image is
 * computed otherwise than before, so the answer is the same to the last bit.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step11TwoThreads extends ConvStep {
  private final ExecutorService threads =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());
  private final Step10Winograd first = new Step10Winograd();
  private final Step10Winograd second = new Step10Winograd();
  private int images;

  @Override
  void prepare(Problem problem) {
    images = problem.x.length;
    first.prepare(problem);
    second.prepare(problem);
  }

  @Override
  void forward() {
    List<Future<?>> halves =
        List.of(
            threads.submit(() -> first.forward(0, images / 2)),
            threads.submit(() -> second.forward(images / 2, images)));
    for (Future<?> half : halves) {
      try {
        half.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException("two threads: a half was not computed: " + e, e);
      }
    }
  }

  @Override
  double[] output(int n) {
    return n < images / 2 ? first.output(n) : second.output(n);
  }

  static void main() {
    report(new Step11TwoThreads(), new Step10Winograd());
  }
}
