package io.fovea.studio.runs;

import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.run.RunFolder;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Downloads of a run: its model, its report, and its model as an ONNX file. */
public record RunDownloads(Runs runs, ComputePool computing) implements Routes {
  private static final String ANY = "application/octet-stream";

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/runs/{run}/model.safetensors", r -> new Reply.Attachment(model(r), ANY));
    router.get("/api/runs/{run}/model.onnx", this::onnx);
    router.get("/api/runs/{run}/report.html", this::report);
  }

  private Reply report(Request request) {
    return new Reply.Attachment(runs.file(request.segment("run"), RunFolder.REPORT), "text/html");
  }

  private Path model(Request request) {
    return runs.model(request.segment("run"))
        .orElseThrow(
            () ->
                new HttpError(404, "studio: this run has no model yet; the first epoch saves one"));
  }

  private Reply onnx(Request request) throws IOException, InterruptedException {
    Path model = model(request);
    return computing.call(
        () -> {
          Path file = Files.createTempFile("fovea-", ".onnx");
          try {
            Onnx.write(Models.load(model), file);
            return new Reply.Whole(200, ANY, Files.readAllBytes(file));
          } finally {
            Files.delete(file);
          }
        });
  }
}
