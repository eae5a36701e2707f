package io.fovea.spark.ring;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
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
 * The connection to the next worker. Messages are sent by a thread of their own, so that a worker
 * never waits for its neighbour to read while that one waits for it; what is short is sent at once,
 * because handing it over would cost more. The thread also tells the neighbour that this process is
 * alive when there is nothing else to say.
 */
final class Outgoing implements AutoCloseable {
  private static final int SHORT = 1 << 13;

  private final Socket socket;
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
   * A connection that has been made.
   *
   * @param pause milliseconds without a message after which this process says that it is alive
   * @param failed what to do where the neighbour cannot be written to
   */
  Outgoing(Socket socket, long pause, Runnable failed) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.pause = pause;
    this.failed = failed;
    thread.start();
  }

  /** Sends floats as they are now. */
  void floats(int sum, int index, float[] values, int from, int count) {
    ByteBuffer message = message(new Frame(Frame.Kind.FLOATS, sum, index, count * Float.BYTES));
    message.asFloatBuffer().put(values, from, count);
    send(message);
  }

  /** Sends doubles as they are now. */
  void doubles(int sum, int index, double[] values) {
    ByteBuffer message =
        message(new Frame(Frame.Kind.DOUBLES, sum, index, values.length * Double.BYTES));
    message.asDoubleBuffer().put(values);
    send(message);
  }

  /** A buffer with the head of a message; its content goes behind. */
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

  /** A neighbour that cannot hear it may have ended because all is done. */
  private void sayAlive() {
    turn.lock();
    try {
      write(message(Frame.STILL_ALIVE));
    } catch (IOException ended) {
      // if not all is done, the next message fails
    } finally {
      turn.unlock();
    }
  }

  private void write(ByteBuffer message) throws IOException {
    out.write(message.array(), message.arrayOffset(), message.limit());
    free.add(message);
  }

  private void fail() {
    if (!closed) {
      failed.run();
    }
  }

  /** Waits until all is sent, but not for ever. */
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
    Sockets.close(socket);
  }
}
