import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Two builds of the same classes in one process, in turn, so that both meet the same minutes of a
 * shared machine. Arguments: the folder of {@code Cases}, the classes of A, the classes of B.
 */
public class Compare {
  private static final long WARM_UP_NANOS = 60_000_000;
  private static final int WARM_UPS = 6;
  private static final long NANOS = 25_000_000;
  private static final boolean ONE_THREAD = Integer.getInteger("threads", 1) == 1;

  public static void main(String[] arguments) throws Exception {
    Map<String, Runnable> a = work(arguments[0], arguments[1]);
    Map<String, Runnable> b = work(arguments[0], arguments[2]);
    int rounds = Integer.getInteger("rounds", 15);
    String filter = System.getProperty("filter", "");
    List<Double> medians = new ArrayList<>();
    System.out.println("| work | A us | B us | A / B | quartiles |\n|---|---|---|---|---|");
    for (String name : a.keySet()) {
      if (name.contains(filter)) {
        medians.add(compare(name, a.get(name), b.get(name), rounds));
      }
    }
    double logs = medians.stream().mapToDouble(Math::log).average().orElse(0);
    double least = medians.stream().mapToDouble(m -> m).min().orElse(0);
    System.out.printf("geometric mean %.2f, least %.2f%n", Math.exp(logs), least);
  }

  /** A build's work, by classes of its own. */
  @SuppressWarnings("unchecked")
  private static Map<String, Runnable> work(String cases, String classes) throws Exception {
    URL[] urls = {Path.of(classes).toUri().toURL(), Path.of(cases).toUri().toURL()};
    ClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    Object work = loader.loadClass("Cases").getDeclaredConstructor().newInstance();
    return ((Supplier<Map<String, Runnable>>) work).get();
  }

  private static double compare(String name, Runnable a, Runnable b, int rounds) {
    for (int k = 0; k < WARM_UPS; k++) {
      microseconds(a, WARM_UP_NANOS);
      microseconds(b, WARM_UP_NANOS);
    }
    double[] as = new double[rounds];
    double[] bs = new double[rounds];
    double[] ratios = new double[rounds];
    for (int k = 0; k < rounds; k++) {
      as[k] = microseconds(a, NANOS);
      bs[k] = microseconds(b, NANOS);
      ratios[k] = as[k] / bs[k];
    }
    Arrays.sort(as);
    Arrays.sort(bs);
    Arrays.sort(ratios);
    double median = ratios[rounds / 2];
    System.out.printf(
        "| %s | %.1f | %.1f | %.2f | %.2f to %.2f |%n",
        name, as[rounds / 2], bs[rounds / 2], median, ratios[rounds / 4], ratios[rounds * 3 / 4]);
    return median;
  }

  private static double microseconds(Runnable work, long nanos) {
    long begin = now();
    int count = 0;
    do {
      work.run();
      count++;
    } while (now() - begin < nanos);
    return (now() - begin) / 1e3 / count;
  }

  /** One thread is measured by the processor's time, so that other programs disturb less. */
  private static long now() {
    return ONE_THREAD
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
