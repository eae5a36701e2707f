package io.fovea.studio.web;

import io.fovea.http.HttpError;
import io.fovea.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The pages, style sheets and modules in the jar: exactly these files. */
public final class Assets implements Routes {
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  /** The path of the address, and the file under {@code web/}. */
  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry("/", "index.html"),
          Map.entry("/studio.css", "studio.css"),
          Map.entry("/main.js", "main.js"),
          Map.entry("/api.js", "api.js"),
          Map.entry("/train.js", "train.js"),
          Map.entry("/train.css", "train.css"),
          Map.entry("/runs.js", "runs.js"),
          Map.entry("/cells.js", "cells.js"),
          Map.entry("/upload.js", "upload.js"),
          Map.entry("/inside.js", "inside.js"),
          Map.entry("/theme.js", "theme.js"),
          Map.entry("/book.js", "book.js"),
          Map.entry("/playground.js", "playground.js"),
          Map.entry("/playground.css", "playground.css"),
          Map.entry("/inside/gradients.js", "inside/gradients.js"),
          Map.entry("/inside/input.js", "inside/input.js"),
          Map.entry("/inside/update.js", "inside/update.js"),
          Map.entry("/inside/blocks.js", "inside/blocks.js"),
          Map.entry("/convolution.js", "convolution.js"),
          Map.entry("/inside.css", "inside.css"),
          Map.entry("/book.css", "book.css"),
          Map.entry("/inside/drawing.js", "inside/drawing.js"),
          Map.entry("/inside/network.js", "inside/network.js"),
          Map.entry("/inside/outputs.js", "inside/outputs.js"),
          Map.entry("/inside/details.js", "inside/details.js"),
          Map.entry("/inside/workings.js", "inside/workings.js"),
          Map.entry("/inside/learning.js", "inside/learning.js"),
          Map.entry("/inside/samples.js", "inside/samples.js"),
          Map.entry("/inside/palette.js", "inside/palette.js"),
          Map.entry("/inside/server.js", "inside/server.js"),
          Map.entry("/data.js", "data.js"),
          Map.entry("/form.js", "form.js"),
          Map.entry("/curves.js", "curves.js"),
          Map.entry("/insight.js", "insight.js"),
          Map.entry("/icon.svg", "icon.svg"),
          Map.entry("/uplot/uPlot.esm.js", "uplot/uPlot.esm.js"),
          Map.entry("/uplot/uPlot.min.css", "uplot/uPlot.min.css"));

  @Override
  public void register(Router<Handler> router) {
    FILES.forEach((address, file) -> router.get(address, request -> read(file)));
  }

  private static Reply read(String file) throws IOException {
    try (InputStream stream = Assets.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new HttpError(404, "studio: " + file + " is not in the program");
      }
      return new Reply.Whole(200, type(file), stream.readAllBytes());
    }
  }

  private static String type(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "js" -> SCRIPT;
      case "css" -> STYLE;
      case "svg" -> "image/svg+xml";
      default -> "text/html; charset=utf-8";
    };
  }
}
