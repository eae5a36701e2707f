package io.fovea.spark.ring;

import io.fovea.parallel.ProcessGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Workers that sum arrays by ring all-reduce (Patarasuk and Yuan, "Bandwidth optimal all-reduce
 * algorithms for clusters of workstations", J. Parallel Distrib. Comput. 69, 2009). An array of n
 * numbers is split into p segments, one for each worker.
 *
 * <pre>
 * p - 1 steps: every worker receives a segment, adds its numbers, and sends it on
 * p - 1 steps: every worker receives a complete segment, stores it, and sends it on
 * </pre>
 *
 * Each worker sends 2 * n * (p - 1) / p numbers. Segment s is summed from worker s in the ring's
 * order, ((x[s] + x[s+1]) + x[s+2]) + ..., for any length of messages: the same bits each time, on
 * all workers.
 *
 * <p>Messages are short parts of segments, sent on as they arrive. A worker that dies closes its
 * connections, which ends all others; its neighbour detects one that hangs (see {@link
 * RingConfig#silence}).
 */
public final class Ring implements ProcessGroup, AutoCloseable {
  private final RingConfig config;
  private final @Nullable Outgoing next;
  private final @Nullable Incoming previous;
  private float[] piece = {};
  private int sums;
  private int sent;
  private int received;
  private boolean between = true;

  private Ring(RingConfig config, @Nullable Outgoing next, @Nullable Incoming previous) {
    this.config = config;
    this.next = next;
    this.previous = previous;
  }

  /**
   * Joins a ring; returns when both neighbours are connected.
   *
   * @param door accepts the previous worker; closed by this
   * @param addresses the addresses of all workers, by rank
   * @throws RingException if a neighbour does not connect in time, or does not belong to the ring
   */
  public static Ring join(ServerSocket door, List<InetSocketAddress> addresses, RingConfig config) {
    if (addresses.size() != config.size()) {
      throw new IllegalArgumentException(
          "ring: expects an address for each of %d workers, got %d"
              .formatted(config.size(), addresses.size()));
    }
    try (door) {
      if (config.size() == 1) {
        return new Ring(config, null, null);
      }
      Rendezvous.Neighbours neighbours = Rendezvous.of(door, addresses, config);
      Incoming previous = new Incoming(neighbours.previous(), config);
      long pause = config.silence().toMillis() / 4;
      return new Ring(config, new Outgoing(neighbours.next(), pause, previous::breakOff), previous);
    } catch (IOException failure) {
      throw new UncheckedIOException("ring: cannot be joined: " + failure.getMessage(), failure);
    }
  }

  @Override
  public int rank() {
    return config.rank();
  }

  @Override
  public int size() {
    return config.size();
  }

  @Override
  public void sum(float[] values, int from, int to) {
    if (next == null || previous == null) {
      return;
    }
    begin(previous);
    int size = config.size();
    sendSegment(next, values, from, to, config.rank());
    for (int step = 1; step < size; step++) {
      receive(next, previous, values, from, to, (config.rank() - step + size) % size, true, true);
    }
    for (int step = 0; step < size - 1; step++) {
      boolean goesOn = step < size - 2;
      receive(
          next, previous, values, from, to, (config.rank() - step + size) % size, false, goesOn);
    }
    between = true;
  }

  private void begin(Incoming in) {
    between = false;
    sums++;
    sent = 0;
    received = 0;
    in.begin();
  }

  private int edge(int from, int to, int segment) {
    return from + (int) ((long) (to - from) * segment / config.size());
  }

  private void sendSegment(Outgoing out, float[] values, int from, int to, int segment) {
    int end = edge(from, to, segment + 1);
    for (int at = edge(from, to, segment); at < end; at += config.chunk()) {
      out.floats(sums, sent++, values, at, Math.min(config.chunk(), end - at));
    }
  }

  /** Processes a segment, message by message; each is sent on when it arrives. */
  private void receive(
      Outgoing out,
      Incoming in,
      float[] values,
      int from,
      int to,
      int segment,
      boolean adds,
      boolean goesOn) {
    int end = edge(from, to, segment + 1);
    for (int at = edge(from, to, segment); at < end; at += config.chunk()) {
      int count = Math.min(config.chunk(), end - at);
      Frame head = new Frame(Frame.Type.FLOATS, sums, received++, count * Float.BYTES);
      ByteBuffer content = in.read(head);
      if (adds) {
        add(values, at, content, count);
      } else {
        content.asFloatBuffer().get(values, at, count);
      }
      if (goesOn) {
        out.floats(sums, sent++, values, at, count);
      }
    }
  }

  private void add(float[] values, int at, ByteBuffer content, int count) {
    if (piece.length < count) {
      piece = new float[count];
    }
    content.asFloatBuffer().get(piece, 0, count);
    for (int i = 0; i < count; i++) {
      values[at + i] = piece[i] + values[at + i];
    }
  }

  /** {@inheritDoc} Every worker gets the numbers of all, and adds them in rank order. */
  @Override
  public void sum(double[] values) {
    if (next == null || previous == null) {
      return;
    }
    begin(previous);
    int size = config.size();
    double[][] parts = new double[size][];
    parts[config.rank()] = values.clone();
    next.doubles(sums, sent++, parts[config.rank()]);
    for (int step = 1; step < size; step++) {
      double[] part = new double[values.length];
      int bytes = values.length * Double.BYTES;
      previous
          .read(new Frame(Frame.Type.DOUBLES, sums, received++, bytes))
          .asDoubleBuffer()
          .get(part);
      parts[(config.rank() - step + size) % size] = part;
      if (step < size - 1) {
        next.doubles(sums, sent++, part);
      }
    }
    for (int i = 0; i < values.length; i++) {
      double sum = 0;
      for (double[] part : parts) {
        sum += part[i];
      }
      values[i] = sum;
    }
    between = true;
  }

  /** Leaves the ring after sending the messages that others wait for, unless a sum failed. */
  @Override
  public void close() {
    if (next != null) {
      next.drain(between ? config.silence().toMillis() : 0);
      next.close();
    }
    if (previous != null) {
      previous.close();
    }
  }
}
