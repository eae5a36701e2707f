package io.fovea.studio;

import java.util.Locale;

/** What a run is doing. */
enum RunState {
  /** Its process trains. */
  RUNNING,
  /** It was asked to save a checkpoint and end, and is about to. */
  STOPPING,
  /** Ended at a checkpoint, to be gone on with. */
  PAUSED,
  /** Ended at a checkpoint, for good unless somebody changes their mind. */
  STOPPED,
  /** All epochs are done. */
  FINISHED,
  /** Ended with an error, or without a checkpoint. */
  FAILED,
  /** Its files are damaged. */
  UNREADABLE;

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
