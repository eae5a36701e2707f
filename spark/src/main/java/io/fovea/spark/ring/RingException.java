package io.fovea.spark.ring;

/** A worker of a ring is lost, or does not belong to it. */
public final class RingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What has happened. */
  public enum Kind {
    /** The peer has not answered for too long: it hangs, or its machine is gone. */
    SILENT,
    /** The peer has closed the connection: it has failed, or heard of a failure. */
    CLOSED,
    /** The peer has sent something else than expected, or does not know the secret. */
    FOREIGN,
    /** This worker itself has been told to end. */
    CANCELLED
  }

  private final Kind kind;
  private final int peer;

  RingException(Kind kind, int peer, String message) {
    super(message);
    this.kind = kind;
    this.peer = peer;
  }

  RingException(Kind kind, int peer, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.peer = peer;
  }

  /** What has happened. */
  public Kind kind() {
    return kind;
  }

  /** The rank of the worker at the other end. */
  public int peer() {
    return peer;
  }
}
