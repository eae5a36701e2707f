package io.fovea.studio.runs;

import java.util.Locale;

enum RunState {
  /** Its process is training. */
  RUNNING,
  /** It will save a checkpoint and end. */
  STOPPING,
  /** Ended at a checkpoint, to be resumed. */
  PAUSED,
  /** Ended at a checkpoint by the user's request to stop. */
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
