/**
 * Asks a finished run of Fovea about any of its steps: its state, its batch, where a weight came
 * from, and whether it gives the same bits again.
 */
module io.fovea.replay {
  requires transitive io.fovea.core;
  requires transitive io.fovea.format;
  requires static org.jspecify;

  exports io.fovea.replay;
}
