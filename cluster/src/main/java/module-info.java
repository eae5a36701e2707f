/**
 * The service that trains a run on a cluster: what the command line asks for, and Spark provides.
 */
module io.fovea.cluster {
  requires transitive io.fovea.core;
  requires transitive io.fovea.data;
  requires static org.jspecify;

  exports io.fovea.cluster;
}
