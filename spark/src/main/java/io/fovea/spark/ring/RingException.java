package io.fovea.spark.ring;

import org.jspecify.annotations.Nullable;

/** A worker of a ring is lost, or a peer does not belong to it. */
public final class RingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public enum Kind {
    /** The peer has been silent for too long: it hangs, or its machine is down. */
    SILENT,
    /** The peer has closed the connection, after its own or another failure. */
    CLOSED,
    /** The peer has sent an unexpected message, or does not know the secret. */
    FOREIGN,
    /** This worker was cancelled. */
    CANCELLED
  }

  private final Kind kind;
  private final int peer;

  RingException(Kind kind, int peer, String message) {
    this(kind, peer, message, null);
  }

  RingException(Kind kind, int peer, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.peer = peer;
  }

  public Kind kind() {
    return kind;
  }

  /** The rank of the worker at the other end. */
  public int peer() {
    return peer;
  }
}
