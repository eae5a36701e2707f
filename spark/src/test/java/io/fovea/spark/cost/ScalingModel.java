package io.fovea.spark.cost;

import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What a step of training takes on a cluster, from what was measured on two workers.
 *
 * <pre>
 * bytes(n) = 2 (p - 1)/p 4 n           what a worker sends for a sum of n floats, and receives
 * wire(n)  = 2 (p - 1) hop + bytes(n) 8/bandwidth                         waiting
 * copy(n)  = bytes(n) perByte                                             a processor's work
 * visible  = sum of copy(all) + max(0, sum of wire(all but the last) - window) + wire(last)
 *            + (p - 1) hop + extra
 * step     = alone + visible
 * </pre>
 *
 * Waiting is hidden behind the backward pass, work is not: all cores compute. The last bucket
 * cannot be hidden, its gradients are known when the backward pass is over. The last hops are the
 * loss's.
 *
 * @param network its name
 * @param share images of one worker in a step
 * @param alone milliseconds of a step's computing
 * @param window milliseconds from the first bucket's gradients to the last one's, in which sums of
 *     the earlier ones go on beside the backward pass
 * @param hop milliseconds from one worker to the next, for a short message
 * @param perByte milliseconds of a byte, with an endless bandwidth: copying, adding
 * @param extra milliseconds that two workers on one machine took besides: the slower one is waited
 *     for, and threads of the sums and of the step take turns
 * @param buckets the floats of each sum, in their order
 */
record ScalingModel(
    String network,
    int share,
    double alone,
    double window,
    double hop,
    double perByte,
    double extra,
    List<Integer> buckets) {

  private static double bytes(int floats, int workers) {
    return 2.0 * (workers - 1) / workers * Float.BYTES * floats;
  }

  private double wire(int floats, int workers, double gigabits) {
    return 2 * (workers - 1) * hop + bytes(floats, workers) * 8 / (gigabits * 1e6);
  }

  /** Milliseconds of all sums of a step, one after the other, beside nothing else. */
  double sums(int workers, double gigabits) {
    return wires(buckets, workers, gigabits) + bytes(parameters(), workers) * perByte;
  }

  private double wires(List<Integer> some, int workers, double gigabits) {
    return some.stream().mapToDouble(floats -> wire(floats, workers, gigabits)).sum();
  }

  /** Milliseconds by which a step is longer than a worker's alone. */
  double visible(int workers, double gigabits) {
    if (workers == 1) {
      return 0;
    }
    double earlier = wires(buckets.subList(0, buckets.size() - 1), workers, gigabits);
    return bytes(parameters(), workers) * perByte
        + Math.max(0, earlier - window)
        + wire(buckets.getLast(), workers, gigabits)
        + (workers - 1) * hop
        + extra;
  }

  /** Milliseconds of a step. */
  double step(int workers, double gigabits) {
    return alone + visible(workers, gigabits);
  }

  double imagesPerSecond(int workers, double gigabits) {
    return workers * (double) share / step(workers, gigabits) * 1000;
  }

  /** The same, with the extra that makes a measured step come out. */
  ScalingModel fitted(int workers, double visible) {
    double known = visible(workers, Double.POSITIVE_INFINITY) - extra;
    return new ScalingModel(
        network, share, alone, window, hop, perByte, Math.max(0, visible - known), buckets);
  }

  /** Another network between the workers: each hop takes so much longer. */
  ScalingModel withWire(double milliseconds) {
    return new ScalingModel(
        network, share, alone, window, hop + milliseconds, perByte, extra, buckets);
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
    all.setProperty("extra", Double.toString(extra));
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
        Double.parseDouble(all.getProperty("extra")),
        Arrays.stream(all.getProperty("buckets").split(",", -1)).map(Integer::valueOf).toList());
  }
}
