package io.fovea.studio.data;

import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import io.fovea.transfer.PhotoSorter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The user's data, dropped on a page. */
public record UploadRoutes(DatasetCatalog datasets, Uploads uploads, ComputePool computing)
    implements Routes {
  @Override
  public void register(Router<Handler> router) {
    router.post("/api/uploads/classes", request -> Reply.json(Map.of("classes", named(request))));
    router.post("/api/uploads", this::begin);
    router.post("/api/uploads/{upload}", this::add);
    router.post("/api/uploads/{upload}/finish", this::finish);
    router.post(
        "/api/data/{data}/delete",
        request -> {
          datasets.delete(request.segment("data"));
          return Reply.json(Map.of());
        });
  }

  private Reply begin(Request request) throws IOException {
    named(request); // a class folder of another name would be passed over, or be no class
    return Reply.json(Map.of("upload", uploads.begin()));
  }

  /** The classes of a body, those of samples that a page takes; for other files there are none. */
  private static List<String> named(Request request) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode each : request.json().path("classes")) {
      if (!each.isString()) {
        throw new HttpError(400, "upload: expects the names of classes as texts, got " + each);
      }
      names.add(each.stringValue());
    }
    try {
      PhotoSorter.requireClasses(names);
    } catch (IllegalArgumentException refused) {
      throw new HttpError(400, String.valueOf(refused.getMessage()));
    }
    names.forEach(name -> Uploads.inside(Path.of("set"), name)); // letters that this system lacks
    return names;
  }

  private Reply add(Request request) throws IOException {
    request.receive(); // a reply before the body is read may be lost
    String path = request.query("path").orElse("");
    if (!path.isEmpty() && Uploads.isPassedOver(path)) {
      return Reply.json(Map.of("passedOver", true));
    }
    String at = request.query("at").orElse("0");
    if (!at.matches("[0-9]{1,15}")) {
      throw new HttpError(400, "upload: expects at as a number of bytes, got \"" + at + "\"");
    }
    uploads.add(request.segment("upload"), path, Long.parseLong(at), request.bytes());
    return Reply.json(Map.of("passedOver", false));
  }

  private Reply finish(Request request) throws IOException, InterruptedException {
    String upload = request.segment("upload");
    String name = request.text("name");
    return computing.call(
        () -> Reply.json(Map.of("data", datasets.add(uploads.finish(upload, name)))));
  }
}
