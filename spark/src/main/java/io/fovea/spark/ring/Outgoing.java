package io.fovea.spark.ring;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the next worker. A separate thread sends messages, so that two workers cannot
 * deadlock by writing to each other; short messages are sent directly, which is faster. The thread
 * also sends heartbeats when there is nothing else to send.
 */
final class Outgoing implements AutoCloseable {
  private static final int SHORT = 1 << 13;

  private final SealedConnection connection;
  private final OutputStream out;
  private final long pause;
  private final Runnable failed;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LinkedBlockingQueue<ByteBuffer> queue = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("fovea-ring").unstarted(this::run);
  private volatile boolean closed;

  /**
   * Takes over an open connection.
   *
   * @param pause milliseconds without a message before a heartbeat
   * @param failed called when a write fails
   */
  Outgoing(SealedConnection connection, long pause, Runnable failed) throws IOException {
    this.connection = connection;
    this.out = connection.output();
    this.pause = pause;
    this.failed = failed;
    thread.start();
  }

  void floats(int sum, int index, float[] values, int from, int count) {
    ByteBuffer message = message(new Frame(Frame.Type.FLOATS, sum, index, count * Float.BYTES));
    message.asFloatBuffer().put(values, from, count);
    send(message);
  }

  void doubles(int sum, int index, double[] values) {
    ByteBuffer message =
        message(new Frame(Frame.Type.DOUBLES, sum, index, values.length * Double.BYTES));
    message.asDoubleBuffer().put(values);
    send(message);
  }

  private ByteBuffer message(Frame head) {
    int bytes = Frame.LENGTH + head.bytes();
    ByteBuffer buffer = free.poll();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear().limit(bytes);
    head.write(buffer);
    return buffer;
  }

  private void send(ByteBuffer message) {
    if (message.limit() <= SHORT && waiting.get() == 0 && turn.tryLock()) {
      try {
        write(message);
      } catch (IOException broken) {
        fail();
      } finally {
        turn.unlock();
      }
      return;
    }
    waiting.incrementAndGet();
    queue.add(message);
  }

  private void run() {
    try {
      while (!closed) {
        @Nullable ByteBuffer message = queue.poll(pause, TimeUnit.MILLISECONDS);
        if (message == null) {
          sayAlive();
          continue;
        }
        turn.lock();
        try {
          write(message);
        } finally {
          turn.unlock();
        }
        waiting.decrementAndGet();
      }
    } catch (IOException broken) {
      fail();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends a heartbeat; a failure is ignored, since the neighbour may have finished. */
  private void sayAlive() {
    turn.lock();
    try {
      write(message(Frame.STILL_ALIVE));
    } catch (IOException ended) {
      // if it has not finished, the next message fails
    } finally {
      turn.unlock();
    }
  }

  private void write(ByteBuffer message) throws IOException {
    out.write(message.array(), message.arrayOffset(), message.limit());
    out.flush();
    free.add(message);
  }

  private void fail() {
    if (!closed) {
      failed.run();
    }
  }

  /** Waits until all is sent, with a time limit. */
  void drain(long milliseconds) {
    long deadline = System.nanoTime() + milliseconds * 1_000_000;
    while (waiting.get() > 0 && thread.isAlive() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(100_000);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    connection.close();
  }
}
