package io.fovea.spark.ring;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Connects the workers of a ring: each connects to the next one and accepts the previous one. */
final class Rendezvous {
  static final String ROLE = "ring";

  /** The most milliseconds for the handshake of an unknown caller. */
  private static final int GREETING = 5_000;

  private final ServerSocket door;
  private final RingConfig config;
  private final long deadline;
  private final CompletableFuture<SealedConnection> previous = new CompletableFuture<>();
  private volatile String refused = "no connection";

  private Rendezvous(ServerSocket door, RingConfig config) {
    this.door = door;
    this.config = config;
    this.deadline = System.nanoTime() + config.silence().toNanos();
  }

  record Neighbours(SealedConnection previous, SealedConnection next) {}

  static Neighbours of(ServerSocket door, List<InetSocketAddress> addresses, RingConfig config) {
    Rendezvous rendezvous = new Rendezvous(door, config);
    CompletableFuture<SealedConnection> previous = rendezvous.previous;
    Thread.ofPlatform().daemon().name("fovea-ring-door").start(rendezvous::waitForPrevious);
    SealedConnection next = null;
    try {
      next = rendezvous.callNext(addresses.get(config.next()));
      return new Neighbours(previous.join(), next);
    } catch (RuntimeException failure) {
      if (next != null) {
        next.close();
      }
      Sockets.close(door);
      if (!previous.cancel(false) && !previous.isCompletedExceptionally()) {
        previous.join().close();
      }
      throw failure instanceof CompletionException wrapped
              && wrapped.getCause() instanceof RingException cause
          ? cause
          : failure;
    }
  }

  private SealedConnection callNext(InetSocketAddress address) {
    Socket socket = new Socket();
    try {
      Sockets.tuned(socket);
      socket.connect(address, left());
      return Handshake.call(socket, ROLE, config.rank(), config.next(), config.secret(), left());
    } catch (IOException failure) {
      Sockets.close(socket);
      throw new RingException(
          RingException.Kind.SILENT,
          config.next(),
          "ring: worker %d cannot reach worker %d at %s within %s s (%s); open a port between the executors, and give it as ring port"
              .formatted(
                  config.rank(),
                  config.next(),
                  address,
                  config.silence().toMillis() / 1000.0,
                  failure.getMessage()),
          failure);
    } catch (RingException foreign) {
      Sockets.close(socket);
      throw foreign;
    }
  }

  private int left() {
    return (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
  }

  private void waitForPrevious() {
    while (System.nanoTime() < deadline && !config.cancelled().getAsBoolean()) {
      try {
        door.setSoTimeout(Math.min(200, left()));
        Socket caller = Sockets.tuned(door.accept());
        Thread.ofVirtual().start(() -> greet(caller)); // a slow caller delays no other
      } catch (SocketTimeoutException timeout) {
        // check the clock, and wait again
      } catch (IOException closed) {
        refused = String.valueOf(closed.getMessage());
        break;
      }
    }
    previous.completeExceptionally(absent(refused));
  }

  private RingException absent(String reason) {
    return new RingException(
        RingException.Kind.SILENT,
        config.previous(),
        "ring: worker %d waited %s s for worker %d (%s)"
            .formatted(
                config.rank(), config.silence().toMillis() / 1000.0, config.previous(), reason));
  }

  private void greet(Socket caller) {
    try {
      int limit = Math.min(GREETING, left());
      SealedConnection known =
          Handshake.answer(caller, ROLE, config.rank(), config.secret(), limit);
      if (known.peer() == config.previous() && previous.complete(known)) {
        return;
      }
    } catch (RingException stranger) {
      refused = String.valueOf(stranger.getMessage());
    } catch (IOException gone) {
      // somebody else may still come
    }
    Sockets.close(caller);
  }
}
