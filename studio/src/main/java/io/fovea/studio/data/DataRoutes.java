package io.fovea.studio.data;

import io.fovea.data.Images;
import io.fovea.data.augment.Pipeline;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Data sets: their content and their pictures, with and without augmentation. */
public record DataRoutes(DatasetCatalog datasets) implements Routes {
  private static final int PAGE = 60;
  private static final long SEED = 42;

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/data", request -> Reply.json(Map.of("data", datasets.list())));
    router.get("/api/data/{data}", this::facts);
    router.get("/api/data/{data}/download", this::download);
    router.post("/api/data/{data}/download", this::startDownload);
    router.post("/api/data/{data}/cancel", this::cancelDownload);
    router.get("/api/data/{data}/{part}", this::page);
    router.get("/api/data/{data}/{part}/{index}", this::picture);
  }

  private Reply facts(Request request) throws IOException {
    DatasetCatalog.OpenedDataset opened = datasets.open(request.segment("data"), "", "off");
    DataSplit split = opened.split();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("note", split.note());
    facts.put("remarks", opened.remarks());
    facts.put("broken", opened.isBroken());
    facts.put("shape", split.train().shape().sizes());
    facts.put("classes", split.train().classes());
    facts.put("train", counts(split.train()));
    facts.put("test", counts(split.test()));
    facts.put("presets", Pipeline.presets());
    return Reply.json(facts);
  }

  private Reply download(Request request) {
    String data = request.segment("data");
    datasets.argument(data); // 404 where there is none
    return Reply.json(datasets.downloads().facts(data));
  }

  private Reply startDownload(Request request) {
    datasets.argument(request.segment("data"));
    datasets.downloads().start(request.segment("data"));
    return download(request);
  }

  private Reply cancelDownload(Request request) {
    datasets.downloads().cancel(request.segment("data"));
    return download(request);
  }

  private static int[] counts(Dataset set) {
    int[] counts = new int[set.classes().size()];
    for (int i = 0; i < set.size(); i++) {
      counts[set.label(i)]++;
    }
    return counts;
  }

  private Dataset part(Request request) throws IOException {
    return datasets.part(request.segment("data"), request.segment("part"));
  }

  /** Sixty images of all classes or of one, from an offset. */
  private Reply page(Request request) throws IOException {
    Dataset set = part(request);
    int wanted = request.number("class", -1, set.classes().size() - 1, -1);
    int from = request.number("from", 0, Integer.MAX_VALUE, 0);
    List<Map<String, Integer>> images = new ArrayList<>();
    int total = 0;
    for (int i = 0; i < set.size(); i++) {
      if (wanted < 0 || set.label(i) == wanted) {
        if (total >= from && images.size() < PAGE) {
          images.add(Map.of("index", i, "label", set.label(i)));
        }
        total++;
      }
    }
    return Reply.json(Map.of("total", total, "from", from, "page", PAGE, "images", images));
  }

  /** One image as PNG; with {@code augment=TEXT&epoch=N}, as augmented in that epoch. */
  private Reply picture(Request request) throws IOException {
    Dataset set = part(request);
    String index = request.segment("index");
    if (!index.matches("[0-9]{1,9}") || Integer.parseInt(index) >= set.size()) {
      throw new HttpError(404, "studio: expects an image from 0 to " + (set.size() - 1));
    }
    int i = Integer.parseInt(index);
    Shape shape = set.shape();
    float[] pixels = new float[shape.elements()];
    set.pixels(i, pixels, 0);
    String text = request.query("augment").orElse("");
    if (!text.isEmpty()) {
      Pipeline pipeline = pipeline(text, shape);
      int epoch = request.number("epoch", 1, 1_000_000, 1);
      pipeline
          .augmenter(shape, Preprocessing.backgroundColour(set.first(256)))
          .change(pixels, 0, Augmentation.key(SEED, epoch).with(i));
    }
    return Reply.png(Images.png(Image.of(shape, pixels, 0)));
  }

  private static Pipeline pipeline(String text, Shape shape) {
    try {
      Pipeline pipeline = Pipeline.parse(text);
      pipeline.check(shape);
      return pipeline;
    } catch (IllegalArgumentException wrong) {
      throw new HttpError(400, String.valueOf(wrong.getMessage()));
    }
  }
}
