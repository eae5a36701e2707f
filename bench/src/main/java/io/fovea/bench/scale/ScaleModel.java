package io.fovea.bench.scale;

import io.fovea.bench.scale.Recorder.LoopTrace;
import io.fovea.bench.scale.Recorder.StepTrace;
import io.fovea.network.Zoo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Models how fast a training step or inference is on more threads than this machine has, from what
 * one thread measures; see bench/README.md.
 */
public final class ScaleModel {
  private static final int[] THREADS = {2, 4, 8, 16, 32, 64};
  private static final int ROUNDS = 3;
  private static final int FEWEST = 3;
  private static final int MOST = 100;
  private static final double WARM_UP = 8e9;
  private static final double NANOS = 1.5e9;
  private static final int LINES = 8;

  private final RepeatedStep repeated;
  private final int batch;
  private final Machine machine;
  private int steps = FEWEST;

  private ScaleModel(RepeatedStep repeated, int batch, Machine machine) {
    this.repeated = repeated;
    this.batch = batch;
    this.machine = machine;
  }

  /**
   * Prints the model.
   *
   * @param arguments a built-in network; train or infer; the images of a batch
   */
  public static void main(String[] arguments) throws InterruptedException {
    RecordedWorkers.install();
    if (arguments.length < 1 || arguments.length > 3) {
      usage("expects MODEL [train|infer [BATCH]], got " + String.join(" ", arguments));
    }
    Zoo model = model(arguments[0]);
    boolean isPhotos = model.compareTo(Zoo.RESNET18) >= 0;
    String what = arguments.length > 1 ? arguments[1] : "all";
    int batch = arguments.length > 2 ? batch(arguments[2]) : 0;
    Machine machine = Machine.measure();
    machine.print();
    switch (what) {
      case "train" -> train(model, batch > 0 ? batch : isPhotos ? 16 : 64, machine);
      case "infer" -> infer(model, batch > 0 ? batch : 1, machine);
      case "all" -> {
        train(model, isPhotos ? 16 : 64, machine);
        infer(model, 1, machine);
        infer(model, isPhotos ? 64 : 256, machine);
      }
      default -> usage("expects train or infer, got " + what);
    }
  }

  private static void train(Zoo model, int batch, Machine machine) throws InterruptedException {
    System.out.printf("%n## %s, training, batches of %d%n", model.title(), batch);
    new ScaleModel(RepeatedStep.training(model, batch), batch, machine).run();
  }

  private static void infer(Zoo model, int batch, Machine machine) throws InterruptedException {
    System.out.printf("%n## %s, inference, batches of %d%n", model.title(), batch);
    new ScaleModel(RepeatedStep.inference(model, batch), batch, machine.ofInference()).run();
  }

  private static Zoo model(String name) {
    if (!Zoo.titles().contains(name)) {
      usage("expects one of " + String.join(", ", Zoo.titles()) + "; got " + name);
    }
    return Zoo.named(name);
  }

  private static int batch(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      usage("expects a batch of 1 to 9999 images, got " + text);
    }
    return Integer.parseInt(text);
  }

  private static void usage(String message) {
    System.err.println("bench/scale: " + message);
    System.exit(2);
  }

  private void run() throws InterruptedException {
    warmUp();
    double[] one = new double[ROUNDS];
    double[] two = new double[ROUNDS];
    List<StepTrace> pairs = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      one[i] = measured(1);
      two[i] = measured(2);
      pairs.addAll(recorded(2, null));
    }
    Arrays.sort(one);
    Arrays.sort(two);
    StepTrace pair = StepTrace.median(pairs);
    SerialSampler sampler = new SerialSampler();
    recorded(2, sampler);
    sampler.close();
    check(pair, one[ROUNDS / 2], two[ROUNDS / 2]);
    serial(pair, sampler.counts());
    coarse(table(pair));
  }

  private void warmUp() {
    for (int threads = 1; threads <= 2; threads++) {
      long begin = System.nanoTime();
      int[] count = {0};
      repeated.run(
          threads,
          () -> {
            count[0]++;
            return System.nanoTime() - begin < WARM_UP;
          });
      double nanos = (System.nanoTime() - begin) / (double) count[0];
      steps = (int) Math.clamp(NANOS / nanos, FEWEST, MOST);
    }
  }

  /** The median nanoseconds of some steps by the real workers. */
  private double measured(int threads) {
    List<Long> times = new ArrayList<>();
    long[] begin = {System.nanoTime()};
    repeated.run(
        threads,
        () -> {
          long now = System.nanoTime();
          times.add(now - begin[0]);
          begin[0] = System.nanoTime();
          return times.size() <= steps;
        });
    long[] sorted = times.stream().skip(1).mapToLong(time -> time).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Steps whose work is cut for so many threads, computed by one. */
  private List<StepTrace> recorded(
      int threads, @org.jspecify.annotations.Nullable SerialSampler sampler) {
    Recorder recorder = Recorder.begin(sampler);
    try {
      repeated.run(
          threads,
          () -> {
            recorder.step();
            return recorder.count() < steps;
          });
    } finally {
      Recorder.end();
    }
    return recorder.timed();
  }

  private void check(StepTrace pair, double one, double two) {
    double modelled = new ChunkSchedule(2, machine, machine.bandwidth(2)).step(pair);
    System.out.printf(
        "%nMeasured: one thread %.2f ms, two threads %.2f ms (%.2f x). One thread while recorded: %.2f ms.%n"
            + "Modelled for two threads: %.2f ms (%.2f x). Error of the model: %+.1f %%.%n",
        one / 1e6,
        two / 1e6,
        one / two,
        pair.work() / 1e6,
        modelled / 1e6,
        pair.work() / modelled,
        100 * (modelled / two - 1));
  }

  private StepTrace table(StepTrace pair) {
    double work = pair.work();
    System.out.printf(
        "%nAll figures modelled. Work %.2f ms, span %.2f ms, operands %.0f MB.%n%n"
            + "| threads | images/s | speed-up | with this machine's memory | bound by work and span |%n"
            + "|---|---|---|---|---|%n| 1 | %.1f | 1.00 | 1.00 | 1.00 |%n",
        work / 1e6,
        pair.span() / 1e6,
        pair.loops().stream().mapToLong(LoopTrace::bytes).sum() / 1e6,
        batch * 1e9 / work);
    StepTrace sixteen = pair;
    for (int threads : THREADS) {
      StepTrace step = threads == 2 ? pair : StepTrace.median(recorded(threads, null));
      double own = step.work(); // what a thread took in the minute of this recording
      double two = machine.bandwidth(2);
      double grown = new ChunkSchedule(threads, machine, two * threads / 2).step(step);
      double same = new ChunkSchedule(threads, machine, two).step(step);
      System.out.printf(
          "| %d | %.1f | %.2f | %.2f | %.2f |%n",
          threads,
          batch * 1e9 / work * own / grown,
          own / grown,
          own / same,
          Math.min(threads, own / step.span()));
      sixteen = threads == 16 ? step : sixteen;
    }
    return sixteen;
  }

  /** What no second thread shares: between loops by samples, and loops of a single chunk. */
  private void serial(StepTrace step, Map<String, Integer> counts) {
    double between = step.rest() + step.loops().stream().mapToLong(LoopTrace::gap).sum();
    double samples = Math.max(1, counts.values().stream().mapToInt(count -> count).sum());
    Map<String, Double> nanos = new TreeMap<>();
    counts.forEach((name, count) -> nanos.merge(name, between * count / samples, Double::sum));
    for (LoopTrace loop : step.loops()) {
      if (!loop.isShared()) {
        nanos.merge(loop.name() + " (one chunk)", (double) loop.work(), Double::sum);
      }
    }
    print("Serial work", step, nanos);
  }

  /** Loops that leave threads without work: 16 threads' time less the work. */
  private void coarse(StepTrace step) {
    Map<String, Double> nanos = new TreeMap<>();
    ChunkSchedule sixteen = new ChunkSchedule(16, machine, Double.MAX_VALUE);
    for (LoopTrace loop : step.loops()) {
      if (loop.isShared()) {
        double lost = sixteen.loop(loop, 0) - loop.work() / 16.0;
        nanos.merge(loop.name() + ", " + loop.nanos().length + " chunks", lost, Double::sum);
      }
    }
    print("Lost in shared loops on 16 threads, beside an even division", step, nanos);
  }

  private static void print(String title, StepTrace step, Map<String, Double> nanos) {
    double sum = nanos.values().stream().mapToDouble(value -> value).sum();
    System.out.printf(
        "%n%s, modelled: %.3f ms, %.2f %% of one thread's step.%n%n| where | ms | of the step |%n|---|---|---|%n",
        title, sum / 1e6, 100 * sum / step.work());
    nanos.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(LINES)
        .forEach(
            entry ->
                System.out.printf(
                    "| %s | %.3f | %.2f %% |%n",
                    entry.getKey(), entry.getValue() / 1e6, 100 * entry.getValue() / step.work()));
  }
}
