package io.fovea.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The common parts of all pages, which load no other file and run no script. */
final class Document {
  /** A policy that forbids browsers to load or run anything. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  private Document() {}

  /** A page with its head, up to the first element of its main part. */
  static HtmlBuilder begin(String title) {
    HtmlBuilder page = new HtmlBuilder();
    page.open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.element("title", title);
    page.style(css()).close();
    return page.open("body").open("main");
  }

  static String end(HtmlBuilder page) {
    page.element("footer", "Written by Fovea.");
    return page.close().close().close().html();
  }

  private static String css() {
    try (InputStream in = Document.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report: report.css is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report: report.css cannot be read: " + e.getMessage(), e);
    }
  }
}
