/** The service that trains a run on a cluster; the command line uses it, and Spark provides it. */
module io.fovea.cluster {
  requires transitive io.fovea.core;
  requires transitive io.fovea.data;
  requires static org.jspecify;

  exports io.fovea.cluster;
}
