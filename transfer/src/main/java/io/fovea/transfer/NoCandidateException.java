package io.fovea.transfer;

import java.io.Serial;

/** A search in which no candidate could be tried in time, or all diverged. */
public final class NoCandidateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  NoCandidateException() {
    super(
        "transfer: none of the candidates can be chosen; give a longer time limit, or FROZEN among the candidates");
  }
}
