package io.fovea.train.step;

import io.fovea.network.execution.PackedWeights;
import io.fovea.parallel.ProcessGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * The gradients of one update, summed over a group in buckets: parameters in reverse order of the
 * graph, as the backward pass computes them, several small ones in one bucket. A bucket is sent as
 * soon as its last gradient is known.
 */
public final class Buckets {
  /** 256 KB: for shorter messages latency dominates. */
  private static final int LEAST = 1 << 16;

  private final AllReduceQueue allReduce;
  private final Function<Integer, float[]> gradients;
  private final List<Bucket> buckets = new ArrayList<>();
  private final Map<String, List<Bucket>> nodes = new HashMap<>();
  private final List<Future<?>> sent = new ArrayList<>();

  /** Some parameters, and the number of their nodes whose gradients are missing. */
  private static final class Bucket {
    private final List<Integer> entries = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private int length;
    private float[] together = {};
    private int missing;
    private boolean sent;

    void begin() {
      missing = nodes.size();
      sent = false;
    }
  }

  /**
   * Buckets for some parameters.
   *
   * @param gradients the gradient of the parameter at an index of the list; called when it is known
   */
  public Buckets(
      AllReduceQueue allReduce,
      List<PackedWeights.Entry> entries,
      Function<Integer, float[]> gradients) {
    this.allReduce = allReduce;
    this.gradients = gradients;
    Bucket bucket = new Bucket();
    for (int e = entries.size() - 1; e >= 0; e--) {
      bucket.entries.add(e);
      bucket.lengths.add(entries.get(e).stored().length);
      bucket.length += entries.get(e).stored().length;
      String node = entries.get(e).node();
      if (!bucket.nodes.contains(node)) {
        bucket.nodes.add(node);
        nodes.computeIfAbsent(node, name -> new ArrayList<>()).add(bucket);
      }
      if (bucket.length >= LEAST || e == 0) {
        buckets.add(bucket);
        bucket = new Bucket();
      }
    }
    for (Bucket each : buckets) {
      // A parameter that is a bucket by itself is sent from its own array.
      each.together = each.entries.size() == 1 ? each.together : new float[each.length];
    }
  }

  public void begin() {
    sent.clear();
    buckets.forEach(Bucket::begin);
  }

  /** Called when the gradients of a node are known. */
  public void ready(String node) {
    for (Bucket bucket : nodes.getOrDefault(node, List.of())) {
      bucket.missing--;
      if (bucket.missing == 0) {
        send(bucket);
      }
    }
  }

  private void send(Bucket bucket) {
    bucket.sent = true;
    List<float[]> own = bucket.entries.stream().map(gradients).toList();
    sent.add(allReduce.later(group -> sum(bucket, own, group)));
  }

  private static void sum(Bucket bucket, List<float[]> own, ProcessGroup group) {
    if (own.size() == 1) {
      group.sum(own.getFirst(), 0, bucket.length);
      return;
    }
    int at = 0;
    for (int i = 0; i < own.size(); i++) {
      System.arraycopy(own.get(i), 0, bucket.together, at, bucket.lengths.get(i));
      at += bucket.lengths.get(i);
    }
    group.sum(bucket.together, 0, at);
    at = 0;
    for (int i = 0; i < own.size(); i++) {
      System.arraycopy(bucket.together, at, own.get(i), 0, bucket.lengths.get(i));
      at += bucket.lengths.get(i);
    }
  }

  /** Sends the remaining buckets, and waits until all gradients are sums over the group. */
  public void end() {
    for (Bucket bucket : buckets) {
      if (!bucket.sent) {
        send(bucket);
      }
    }
    sent.forEach(AllReduceQueue::await);
  }
}
