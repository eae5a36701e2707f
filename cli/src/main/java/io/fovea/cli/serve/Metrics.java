package io.fovea.cli.serve;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts, as text in Prometheus' format, version 0.0.4. */
final class Metrics {
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30
  };
  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Histogram seconds = new Histogram(SECONDS);
  private final Histogram batches = new Histogram(SIZES);
  private final AtomicInteger inFlight = new AtomicInteger();

  /** How many values are at most so large. */
  private static final class Histogram {
    private final double[] bounds;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder(); // in millionths

    Histogram(double[] bounds) {
      this.bounds = bounds;
      this.counts = new LongAdder[bounds.length + 1];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void add(double value) {
      int i = 0;
      while (i < bounds.length && value > bounds[i]) {
        i++;
      }
      counts[i].increment();
      sum.add(Math.round(value * 1e6));
    }

    void write(StringBuilder text, String name, String help) {
      head(text, name, "histogram", help);
      long all = 0;
      for (int i = 0; i < counts.length; i++) {
        all += counts[i].sum();
        String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
        text.append("%s_bucket{le=\"%s\"} %d\n".formatted(name, bound, all));
      }
      text.append("%s_sum %s\n".formatted(name, number(sum.sum() * 1e-6)));
      text.append("%s_count %d\n".formatted(name, all));
    }
  }

  /** A request has come. */
  void begin() {
    inFlight.incrementAndGet();
  }

  /** It has been answered. */
  void end(String path, int status, double duration) {
    inFlight.decrementAndGet();
    requests
        .computeIfAbsent(
            "{path=\"%s\",status=\"%d\"}".formatted(path, status), key -> new LongAdder())
        .increment();
    if (path.equals("/predict")) {
      seconds.add(duration);
    }
  }

  /** So many images were computed together. */
  void batch(int images) {
    batches.add(images);
  }

  /** Requests that wait for their answers. */
  int inFlight() {
    return inFlight.get();
  }

  /** All of it. */
  String text(long cuts) {
    StringBuilder text = new StringBuilder();
    head(text, "fovea_requests_total", "counter", "Requests answered.");
    requests.forEach(
        (labels, count) ->
            text.append("fovea_requests_total%s %d\n".formatted(labels, count.sum())));
    single(text, "fovea_requests_cut_total", "counter", "Requests out of time, cut.", cuts);
    single(
        text, "fovea_requests_in_flight", "gauge", "Requests waiting for answers.", inFlight.get());
    seconds.write(text, "fovea_predict_seconds", "Time of a /predict request.");
    batches.write(text, "fovea_batch_images", "Images computed together.");
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    single(text, "fovea_heap_used_bytes", "gauge", "Java heap in use.", heap.getUsed());
    single(text, "fovea_heap_max_bytes", "gauge", "Java heap at most.", heap.getMax());
    double up = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
    head(text, "fovea_uptime_seconds", "gauge", "Since the process began.");
    text.append("fovea_uptime_seconds %s\n".formatted(number(up)));
    return text.toString();
  }

  private static void single(
      StringBuilder text, String name, String type, String help, long value) {
    head(text, name, type, help);
    text.append("%s %d\n".formatted(name, value));
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
