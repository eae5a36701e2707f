/** Writes a trained network as one Java class for Java 8 and later, without a dependency. */
module io.fovea.source {
  requires transitive io.fovea.core;
  requires transitive io.fovea.format;
  requires static org.jspecify;

  exports io.fovea.source;
}
