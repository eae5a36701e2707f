package io.fovea.spark.cost;

import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.parallel.ProcessGroup;
import io.fovea.spark.Digits;
import io.fovea.spark.ring.Ring;
import io.fovea.spark.ring.RingConfig;
import io.fovea.spark.ring.Secret;
import io.fovea.spark.ring.Sockets;
import io.fovea.tensor.Shape;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the sums of gradients cost: one of the workers that measure it together, a process each.
 *
 * <pre>
 * StepCost FOLDER RANK HOST:PORT,HOST:PORT NETWORK SHARE PAIRS STEPS [GBIT]
 * </pre>
 *
 * <p>In turn: steps that only compute, the same with the ring, and with sums that wait until the
 * backward pass is over (A B C A B C); then the sums alone. Worker 0 prints, and leaves the model's
 * constants in FOLDER/NETWORK.properties, or, with a bandwidth, compares with those that are there.
 * No test: bench/spark/step runs it.
 */
public final class StepCost {
  private static final int WARM_UP = 150;

  private final Ring ring;
  private final Dataset digits = Digits.all();
  private final Zoo zoo;
  private final int share;
  private final int steps;

  private StepCost(Ring ring, String network, int share, int steps) {
    this.ring = ring;
    this.zoo = Zoo.named(network);
    this.share = share;
    this.steps = steps;
  }

  /** A worker; see above. */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    Path folder = Path.of(arguments[0]);
    int rank = Integer.parseInt(arguments[1]);
    List<InetSocketAddress> addresses =
        Arrays.stream(arguments[2].split(",", -1)).map(StepCost::address).toList();
    InetSocketAddress own = addresses.get(rank);
    RingConfig config =
        new RingConfig(
            rank,
            addresses.size(),
            secret(folder.resolve("secret"), rank),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            RingConfig.CHUNK,
            () -> false);
    ServerSocket door = Sockets.open(own.getHostString(), own.getPort());
    Files.createFile(folder.resolve("door-" + rank));
    for (int other = 0; other < addresses.size(); other++) {
      await(folder.resolve("door-" + other));
    }
    try (Ring ring = Ring.join(door, addresses, config)) {
      int share = Integer.parseInt(arguments[4]);
      StepCost cost = new StepCost(ring, arguments[3], share, Integer.parseInt(arguments[6]));
      double gigabits = arguments.length > 7 ? Double.parseDouble(arguments[7]) : 0;
      cost.measure(folder, Integer.parseInt(arguments[5]), gigabits);
    }
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  /** Worker 0 makes it, the others wait for it. */
  private static Secret secret(Path file, int rank) throws Exception {
    if (rank == 0) {
      Path part = Files.createTempFile(file.getParent(), "secret", "");
      try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(part))) {
        out.writeObject(Secret.fresh());
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
    await(file);
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      return (Secret) in.readObject();
    }
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(20);
    }
  }

  /** A worker that finds all others in its own numbers: the same step, and no message. */
  private record Alone(int rank, int size) implements ProcessGroup {
    @Override
    public void sum(float[] values, int from, int to) {}

    @Override
    public void sum(double[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= size;
      }
    }
  }

  private void measure(Path folder, int pairs, double gigabits) throws IOException {
    TimedGroup alone = new TimedGroup(new Alone(ring.rank(), ring.size()));
    List<Double> windows = new ArrayList<>();
    List<Integer> buckets = new ArrayList<>();
    train(alone, WARM_UP, windows, buckets);
    train(new TimedGroup(ring), WARM_UP, new ArrayList<>(), new ArrayList<>());
    double window = median(windows.stream().mapToDouble(Double::doubleValue).toArray());
    double[] computing = new double[pairs];
    double[] beside = new double[pairs];
    double[] after = new double[pairs];
    for (int pair = 0; pair < pairs; pair++) {
      computing[pair] = train(alone, steps, windows, buckets);
      beside[pair] = train(new TimedGroup(ring), steps, new ArrayList<>(), new ArrayList<>());
      after[pair] =
          train(new TimedGroup(ring, window), steps, new ArrayList<>(), new ArrayList<>());
    }
    double hop = sums(List.of(2), 2000) / (2 * (ring.size() - 1));
    double sums = sums(buckets, 200);
    if (ring.rank() == 0) {
      System.out.printf(
          "%s, %d workers, %d images each, %d rounds: sums of %s%n",
          zoo.title(), ring.size(), share, pairs, buckets);
      System.out.printf(
          "  sums alone %.2f ms, %.1f %% of a step; step without sums %s, with sums beside the backward pass %s, with sums after it %s ms%n",
          sums, 100 * sums / median(beside), spread(computing), spread(beside), spread(after));
      System.out.printf(
          "  visible %s ms; overlap saves %s ms; window %.2f ms, hop %.3f ms%n",
          spread(minus(beside, computing)), spread(minus(after, beside)), window, hop);
      finish(folder, gigabits, hop, sums, window, buckets, computing, beside);
    }
    ring.sum(new double[1]);
  }

  private void finish(
      Path folder,
      double gigabits,
      double hop,
      double sums,
      double window,
      List<Integer> buckets,
      double[] computing,
      double[] beside)
      throws IOException {
    Path file = folder.resolve(zoo.title() + ".properties");
    int size = ring.size();
    if (gigabits > 0) {
      ScalingModel model = Scaling.read(file);
      System.out.printf(
          "  at %s Gbit/s the model says: sums %.2f ms (measured %.2f), visible %.2f ms (measured %.2f), step %.2f ms (measured %.2f)%n",
          gigabits,
          model.sums(size, gigabits),
          sums,
          model.visible(size, gigabits),
          median(minus(beside, computing)),
          model.step(size, gigabits),
          median(beside));
      return;
    }
    int floats = buckets.stream().mapToInt(Integer::intValue).sum();
    double hops = 2.0 * (size - 1) * hop * buckets.size();
    double perByte = Math.max(0, sums - hops) / (2.0 * (size - 1) / size * Float.BYTES * floats);
    ScalingModel model =
        new ScalingModel(zoo.title(), share, median(computing), window, hop, perByte, 0, buckets)
            .fitted(size, median(minus(beside, computing)));
    try (Writer writer = Files.newBufferedWriter(file)) {
      model.properties().store(writer, "milliseconds");
    }
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  private static String spread(double[] values) {
    return "%.2f (%.2f to %.2f)"
        .formatted(
            median(values),
            Arrays.stream(values).min().orElseThrow(),
            Arrays.stream(values).max().orElseThrow());
  }

  /** Milliseconds of a step in the middle; what the group has noted goes into the lists. */
  private double train(TimedGroup group, int count, List<Double> windows, List<Integer> buckets) {
    Network network = Network.of(zoo.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 42L);
    List<Double> times = new ArrayList<>();
    Listener clock =
        new Listener() {
          private long before;

          @Override
          public void onStart(Training training) {
            before = System.nanoTime();
          }

          @Override
          public void onStep(Training training, StepReport step) {
            long now = System.nanoTime();
            times.add((now - before) * 1e-6);
            before = now;
            buckets.clear();
            buckets.addAll(group.floats());
            windows.add(group.windowAndForget());
          }
        };
    Trainer.of(network)
        .optimizer(Sgd.of(0.01f).momentum(0.9f))
        .batchSize(share * ring.size())
        .epochs(1_000_000)
        .seed(42)
        .threads(1)
        .group(group)
        .until(count)
        .listener(clock)
        .fit(digits);
    return median(times.stream().skip(count / 5).mapToDouble(Double::doubleValue).toArray());
  }

  /** Milliseconds of these sums, one after the other, with nothing else to do. */
  private double sums(List<Integer> floats, int times) {
    List<float[]> arrays = floats.stream().map(float[]::new).toList();
    double[] all = new double[times];
    for (int i = 0; i < times; i++) {
      ring.sum(new double[1]);
      long begin = System.nanoTime();
      for (float[] array : arrays) {
        ring.sum(array, 0, array.length);
      }
      all[i] = (System.nanoTime() - begin) * 1e-6;
    }
    return median(all);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
