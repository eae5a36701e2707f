package io.fovea.spark.cost;

import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What a step of training takes on a cluster, from what was measured on two workers.
 *
 * <pre>
 * sum(n)  = 2 (p - 1) hop + 2 (p - 1)/p 4 n (8/bandwidth + byte)     a ring's sum of n floats
 * visible = max(0, sum(all buckets but the last) - window) + sum(last bucket) + (p - 1) hop
 * step    = alone + visible
 * </pre>
 *
 * The last bucket cannot be hidden: its gradients are known when the backward pass is over. The
 * last term is the sum of the loss.
 *
 * @param network its name
 * @param share images of one worker in a step
 * @param alone milliseconds of a step's computing
 * @param window milliseconds from the first bucket's gradients to the last one's, in which sums of
 *     the earlier ones go on beside the backward pass
 * @param hop milliseconds from one worker to the next, for a short message
 * @param perByte milliseconds of a byte, with an endless bandwidth: copying, adding
 * @param buckets the floats of each sum, in their order
 */
record ScalingModel(
    String network,
    int share,
    double alone,
    double window,
    double hop,
    double perByte,
    List<Integer> buckets) {

  /** Milliseconds of one sum. */
  double sum(int floats, int workers, double gigabits) {
    double passes = 2.0 * (workers - 1);
    double bytes = passes / workers * Float.BYTES * floats;
    return passes * hop + bytes * (8 / (gigabits * 1e6) + perByte);
  }

  /** Milliseconds of all sums of a step, one after the other. */
  double sums(int workers, double gigabits) {
    return buckets.stream().mapToDouble(floats -> sum(floats, workers, gigabits)).sum();
  }

  /** Milliseconds by which a step is longer than a worker's alone. */
  double visible(int workers, double gigabits) {
    if (workers == 1) {
      return 0;
    }
    double last = sum(buckets.getLast(), workers, gigabits);
    double earlier = sums(workers, gigabits) - last;
    return Math.max(0, earlier - window) + last + (workers - 1) * hop;
  }

  /** Milliseconds of a step. */
  double step(int workers, double gigabits) {
    return alone + visible(workers, gigabits);
  }

  double imagesPerSecond(int workers, double gigabits) {
    return workers * (double) share / step(workers, gigabits) * 1000;
  }

  /** Another network between the workers: each hop takes so much longer. */
  ScalingModel withWire(double milliseconds) {
    return new ScalingModel(network, share, alone, window, hop + milliseconds, perByte, buckets);
  }

  /** Workers that compute so many times as fast. */
  ScalingModel faster(double times) {
    return new ScalingModel(network, share, alone / times, window / times, hop, perByte, buckets);
  }

  int parameters() {
    return buckets.stream().mapToInt(Integer::intValue).sum();
  }

  Properties properties() {
    Properties all = new Properties();
    all.setProperty("network", network);
    all.setProperty("share", Integer.toString(share));
    all.setProperty("alone", Double.toString(alone));
    all.setProperty("window", Double.toString(window));
    all.setProperty("hop", Double.toString(hop));
    all.setProperty("perByte", Double.toString(perByte));
    all.setProperty(
        "buckets", buckets.stream().map(String::valueOf).collect(Collectors.joining(",")));
    return all;
  }

  static ScalingModel of(Properties all) {
    return new ScalingModel(
        all.getProperty("network"),
        Integer.parseInt(all.getProperty("share")),
        Double.parseDouble(all.getProperty("alone")),
        Double.parseDouble(all.getProperty("window")),
        Double.parseDouble(all.getProperty("hop")),
        Double.parseDouble(all.getProperty("perByte")),
        Arrays.stream(all.getProperty("buckets").split(",", -1)).map(Integer::valueOf).toList());
  }
}
