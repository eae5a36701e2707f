package io.fovea.serve;

import io.fovea.serve.model.ModelVersion;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/** The server's metrics in Prometheus' text format, version 0.0.4. */
final class Metrics {
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30
  };
  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Histogram seconds = new Histogram(SECONDS);
  private final Histogram inferSeconds = new Histogram(SECONDS);
  private final Histogram batches = new Histogram(SIZES);
  private final AtomicInteger inFlight = new AtomicInteger();

  /** The number of values up to each bound. */
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

  void begin() {
    inFlight.incrementAndGet();
  }

  void end(String path, int status, double duration) {
    inFlight.decrementAndGet();
    requests
        .computeIfAbsent(
            "{path=\"%s\",status=\"%d\"}".formatted(path, status), key -> new LongAdder())
        .increment();
    if (path.equals("/predict")) {
      seconds.add(duration);
    } else if (path.endsWith("/infer")) {
      inferSeconds.add(duration);
    }
  }

  void batch(int images) {
    batches.add(images);
  }

  int inFlight() {
    return inFlight.get();
  }

  String text(long cuts, List<ModelVersion> models) {
    StringBuilder text = new StringBuilder();
    head(text, "fovea_requests_total", "counter", "Requests answered.");
    requests.forEach(
        (labels, count) ->
            text.append("fovea_requests_total%s %d\n".formatted(labels, count.sum())));
    single(text, "fovea_requests_cut_total", "counter", "Requests cut at their timeout.", cuts);
    single(text, "fovea_requests_in_flight", "gauge", "Requests in flight.", inFlight.get());
    seconds.write(text, "fovea_predict_seconds", "Time of a /predict request.");
    inferSeconds.write(text, "fovea_infer_seconds", "Time of an /infer request.");
    batches.write(text, "fovea_batch_images", "Images of a batch.");
    each(text, models, "model_ready", "gauge", "1 if it is ready.", m -> m.isReady() ? 1 : 0);
    each(text, models, "model_loads_total", "counter", "Number of loads.", ModelVersion::loads);
    each(
        text,
        models,
        "model_load_failures_total",
        "counter",
        "Number of failed loads of a replaced file.",
        ModelVersion::failures);
    each(
        text,
        models.stream().filter(model -> model.loads() > 0).toList(),
        "model_loaded_timestamp_seconds",
        "gauge",
        "Time at which the model in use was loaded.",
        m -> m.loaded().getEpochSecond());
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    single(text, "fovea_heap_used_bytes", "gauge", "Java heap in use.", heap.getUsed());
    single(text, "fovea_heap_max_bytes", "gauge", "Largest Java heap.", heap.getMax());
    double up = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
    head(text, "fovea_uptime_seconds", "gauge", "Time since the process started.");
    text.append("fovea_uptime_seconds %s\n".formatted(number(up)));
    return text.toString();
  }

  private static void each(
      StringBuilder text,
      List<ModelVersion> models,
      String name,
      String type,
      String help,
      ToLongFunction<ModelVersion> value) {
    head(text, "fovea_" + name, type, help);
    for (ModelVersion model : models) {
      text.append(
          "fovea_%s{model=\"%s\",version=\"%d\"} %d\n"
              .formatted(name, model.name(), model.version(), value.applyAsLong(model)));
    }
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
