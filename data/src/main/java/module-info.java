/**
 * Data sets and pictures for Fovea: IDX files, folders of images, named sets with checksums, sample
 * sheets. Uses the network only when a named set is asked for and is not on this machine yet.
 */
@SuppressWarnings("module") // io.fovea.cli is compiled after this module
module io.fovea.data {
  requires transitive io.fovea.core;
  requires java.net.http;
  // Images.of(BufferedImage), formats besides PNG and JPEG, text on sheets
  requires static transitive java.desktop;
  requires static org.jspecify;

  exports io.fovea.cluster;
  exports io.fovea.data;
  exports io.fovea.data.augment;
  exports io.fovea.data.augment.buffer;
  exports io.fovea.data.base;
  exports io.fovea.data.png to
      io.fovea.cli;
  exports io.fovea.data.show;
}
