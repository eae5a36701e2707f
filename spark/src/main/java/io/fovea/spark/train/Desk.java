package io.fovea.spark.train;

import io.fovea.spark.ring.Handshake;
import io.fovea.spark.ring.RingException;
import io.fovea.spark.ring.Secret;
import io.fovea.spark.ring.Sockets;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Where the driver hears of one attempt's workers. */
final class Desk implements AutoCloseable {
  /** Milliseconds that a stranger may take. */
  private static final int GREETING = 10_000;

  private final ServerSocket door;
  private final Secret secret;
  private final Course course;
  private final List<Complaint> complaints = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Thread> serving = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  Desk(String host, int port, Secret secret, Course course) throws IOException {
    this.door = Sockets.open(host, port);
    this.secret = secret;
    this.course = course;
    Thread.ofPlatform().daemon().name("fovea-desk").start(this::welcome);
  }

  int port() {
    return door.getLocalPort();
  }

  /** What workers have said of their ends, in the order of coming. */
  List<Complaint> complaints() {
    return List.copyOf(complaints);
  }

  private void welcome() {
    while (!closed) {
      try {
        Socket caller = Sockets.tuned(door.accept());
        serving.add(
            Thread.ofPlatform().daemon().name("fovea-desk-worker").start(() -> serve(caller)));
      } catch (IOException end) {
        return;
      }
    }
  }

  private void serve(Socket caller) {
    open.add(caller);
    try (caller) {
      if (closed) {
        return;
      }
      caller.setSoTimeout(GREETING);
      Handshake.answer(caller, Reporter.ROLE, Reporter.DRIVER, secret);
      caller.setSoTimeout(0);
      DataInputStream in = new DataInputStream(new BufferedInputStream(caller.getInputStream()));
      DataOutputStream out = new DataOutputStream(caller.getOutputStream());
      while (!closed) {
        hear(in, out);
      }
    } catch (EOFException end) {
      // the worker is done, or lost: then Spark says so
    } catch (IOException | RingException stranger) {
      // neither is worth a word: a lost worker is Spark's to tell, a stranger nobody's
    } catch (RuntimeException thrown) {
      if (course.failure() == null && !(thrown instanceof LostWorkerException)) {
        throw thrown; // not a listener's: our own mistake, for the thread's handler to print
      }
    } finally {
      open.remove(caller);
    }
  }

  private void hear(DataInputStream in, DataOutputStream out) throws IOException {
    Supplier<byte[]> ask = () -> ask(in, out);
    Reporter.Event event = Reporter.Event.valueOf(in.readUTF());
    try {
      switch (event) {
        case STARTED -> course.started(in.readInt(), in.readInt(), in.readLong(), ask);
        case STEP -> course.step(ReportBytes.step(in), ask);
        case EPOCH -> course.epoch(ReportBytes.epoch(in), ask);
        case ENDED ->
            course.ended(
                ReportBytes.epochs(in),
                in.readLong(),
                in.readBoolean(),
                in.readBoolean(),
                ReportBytes.file(in));
        case COMPLAINT -> complaints.add(Complaint.read(in));
      }
    } catch (RuntimeException | Error thrown) {
      answer(out, Reporter.Command.GIVE_UP);
      throw thrown;
    }
    boolean stop = course.isStopped();
    answer(out, stop ? Reporter.Command.STOP : Reporter.Command.GO_ON);
  }

  private static byte[] ask(DataInputStream in, DataOutputStream out) {
    try {
      answer(out, Reporter.Command.CHECKPOINT);
      return ReportBytes.file(in);
    } catch (IOException lost) {
      throw new LostWorkerException(lost);
    }
  }

  private static void answer(DataOutputStream out, Reporter.Command command) throws IOException {
    out.writeUTF(command.name());
    out.flush();
  }

  /** Ends the connections. Nothing is heard of this attempt any more when this returns. */
  @Override
  public void close() {
    closed = true;
    try {
      door.close();
    } catch (IOException useless) {
      // nobody comes any more
    }
    open.forEach(Sockets::close);
    for (Thread thread : serving) {
      try {
        thread.join(GREETING);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
