package io.fovea.studio.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fovea.http.HttpError;
import io.fovea.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/** The page, style sheets and modules in the jar, beside this class. */
public final class Assets implements Routes {
  private static final Pattern FILE = Pattern.compile("[a-zA-Z]+(\\.[a-z]+)*\\.(js|css|svg)");

  @Override
  public void register(Router<Handler> router) {
    router.get("/", request -> read("index.html"));
    router.get("/{file}", request -> read("", request));
    for (String folder : new String[] {"inside/", "lesson/", "hospital/", "uplot/"}) {
      router.get("/" + folder + "{file}", request -> read(folder, request));
    }
  }

  private static Reply read(String folder, Request request) throws IOException {
    String file = request.segment("file");
    if (!FILE.matcher(file).matches()) {
      throw unknown();
    }
    return read(folder + file);
  }

  private static Reply read(String file) throws IOException {
    try (InputStream stream = Assets.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw unknown();
      }
      byte[] bytes = stream.readAllBytes();
      return new Reply.Whole(200, type(file), isOurs(file) ? sent(bytes) : bytes);
    }
  }

  /** Not uPlot, whose licence is a comment, nor what the build compiles. */
  private static boolean isOurs(String file) {
    boolean code = file.endsWith(".js") || file.endsWith(".css");
    return code && !file.startsWith("uplot/") && !file.equals("lesson/worker.js");
  }

  private static byte[] sent(byte[] source) {
    return Comments.without(new String(source, UTF_8)).getBytes(UTF_8);
  }

  private static HttpError unknown() {
    return new HttpError(404, "studio: unknown path");
  }

  private static String type(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/html; charset=utf-8";
    };
  }
}
