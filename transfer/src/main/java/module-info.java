/**
 * Transfer learning for Fovea: classifiers from few photos, on networks that were trained on many.
 */
module io.fovea.transfer {
  requires transitive io.fovea.core;
  requires transitive io.fovea.data;
  requires transitive io.fovea.format;
  requires tools.jackson.core; // the lines of a journal
  requires static org.jspecify;

  exports io.fovea.transfer;
}
