/**
 * The studio: a web server on this machine and its pages, to watch networks learn, to look inside
 * them, and to browse data sets.
 */
module io.fovea.studio {
  requires transitive io.fovea.core;
  requires transitive jdk.httpserver;
  requires transitive tools.jackson.databind;
  requires io.fovea.data;
  requires io.fovea.format;
  requires org.commonmark;
  requires org.commonmark.ext.gfm.tables;
  requires static org.jspecify;

  exports io.fovea.studio;
  exports io.fovea.studio.http;

  opens io.fovea.studio.inside to
      tools.jackson.databind;
}
