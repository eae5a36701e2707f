package io.fovea.studio.inside;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.explain.GradCam;
import io.fovea.explain.HeatMap;
import io.fovea.explain.Occlusion;
import io.fovea.explain.Subject;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.DigitFraming;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.studio.runs.RunDatasets;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The requests of the look-inside page. The server keeps no state between requests: each contains
 * the fitted picture, some hundred bytes. So a reload or a restart of the server loses nothing, and
 * several browsers are independent.
 */
public record InsideRoutes(ModelCatalog catalog, RunDatasets datasets, ComputePool computing)
    implements Routes {
  /** For parameters of more values than this, only the norm of the gradient is sent. */
  static final int MOST_VALUES = 65_536;

  private static final int LARGEST_DRAWING = 1024;
  private static final long LARGEST_UPLOAD = 16_000_000; // pixels, decoded before scaling
  static final int LARGEST_NUMBER = 99_999_999;
  static final int STRONGEST = 12;
  private static final int MOST_EXAMPLES = 12;

  @Override
  public void register(Router<Handler> router) {
    router.get("/api/inside/models", request -> Reply.json(catalog.entries()));
    router.get("/api/inside/model", computed(this::model));
    router.get("/api/inside/weights", computed(this::weights));
    router.get("/api/inside/examples", computed(this::examples));
    router.get("/api/inside/sample", computed(this::sample));
    router.post("/api/inside/drawing", computed(this::drawing));
    router.post("/api/inside/upload", computed(this::upload));
    router.post("/api/inside/look", pictured(InsideRoutes::look));
    router.post("/api/inside/number", pictured(InsideRoutes::number));
    router.post("/api/inside/overlay", pictured(InsideRoutes::overlay));
  }

  /** Handles a request whose body is a picture that has been fitted for its model. */
  @FunctionalInterface
  interface PictureHandler {
    Reply answer(Request request, InspectedModel model, Image image) throws IOException;
  }

  Handler pictured(PictureHandler handler) {
    return computed(
        request -> {
          InspectedModel model = inspected(request);
          return handler.answer(request, model, fitted(model, request));
        });
  }

  /**
   * Handles a request on a computing thread after its body has arrived, since senders may be slow.
   */
  Handler computed(Handler handler) {
    return request -> {
      request.receive();
      return computing.call(() -> handler.answer(request));
    };
  }

  InspectedModel inspected(Request request) {
    String id = request.query("model").orElse(ModelCatalog.BUILT_IN);
    try {
      return catalog.open(id);
    } catch (IllegalArgumentException unknown) {
      throw new HttpError(404, String.valueOf(unknown.getMessage()));
    } catch (IOException unreadable) {
      throw new HttpError(422, String.valueOf(unreadable.getMessage()));
    }
  }

  /** Runs code that refuses wrong parameters, and reports these as status 400. */
  static <T> T checked(Supplier<T> asked) {
    try {
      return asked.get();
    } catch (IllegalArgumentException wrong) {
      throw new HttpError(400, String.valueOf(wrong.getMessage()));
    }
  }

  static Reply binary(TensorMessage message) {
    return new Reply.Whole(200, TensorMessage.TYPE, message.bytes());
  }

  private static String base64(Image image) {
    return Base64.getEncoder().encodeToString(image.pixels());
  }

  private Reply model(Request request) {
    return Reply.json(Description.of(inspected(request)));
  }

  private Reply weights(Request request) {
    Weights weights = inspected(request).network().weights();
    TensorMessage message = new TensorMessage();
    Predicate<String> wanted = wanted(request);
    for (String name : weights.names()) {
      if (wanted.test(name.substring(0, name.lastIndexOf('.')))
          && weights.shape(name).elements() <= MOST_VALUES) {
        message.array(name, weights.values(name));
      }
    }
    return binary(message);
  }

  /**
   * The initial pictures: digits for networks of grey 28x28 pictures and ten classes, else test
   * images of the run's data set.
   */
  private Reply examples(Request request) throws IOException {
    InspectedModel model = inspected(request);
    boolean isDigits =
        model.network().graph().input().equals(Shape.of(1, 28, 28))
            && model.network().labels().size() == 10;
    if (isDigits) {
      return Reply.json(
          Examples.all().stream().map(each -> example(each.label(), each.image())).toList());
    }
    Optional<String> run = ModelCatalog.runOf(request.query("model").orElse(""));
    Optional<String> data = run.isPresent() ? datasets.name(run.get()) : Optional.empty();
    if (data.isEmpty()) {
      return Reply.json(List.of());
    }
    Dataset test;
    try {
      test = datasets.open(run.orElseThrow(), data.get(), model.network().graph().input()).test();
    } catch (HttpError | DataException gone) {
      return Reply.json(List.of()); // the page works without them
    }
    List<Map<String, Object>> all = new ArrayList<>();
    int count = Math.min(MOST_EXAMPLES, test.size());
    for (int k = 0; k < count; k++) { // spread over the set, which may be sorted by class
      int index = (int) ((long) k * test.size() / count);
      Image image = model.fit(test.image(index));
      all.add(example(test.classes().get(test.label(index)), image));
    }
    return Reply.json(all);
  }

  private static Map<String, Object> example(Object label, Image image) {
    return Map.of("label", label, "pixels", base64(image));
  }

  private Reply sample(Request request) throws IOException {
    InspectedModel model = inspected(request);
    Dataset set =
        datasets
            .catalog()
            .part(request.query("data").orElse(""), request.query("part").orElse("test"));
    int index = request.number("index", 0, set.size() - 1);
    Fitted fitted = model.fitted(set.image(index));
    TensorMessage message =
        message(request, model, fitted.image(), false)
            .fact("label", set.classes().get(set.label(index)))
            .fact("size", set.size());
    Optional<String> doubt =
        set.classes().equals(model.network().labels())
            ? fitted.doubt()
            : Optional.of("this data set has other classes than the network");
    doubt.ifPresent(text -> message.fact("doubt", text));
    return binary(message);
  }

  /** A drawing, light on black: framed, with its forward pass. */
  private Reply drawing(Request request) throws IOException {
    InspectedModel model = inspected(request);
    int height = request.number("height", 1, LARGEST_DRAWING);
    int width = request.number("width", 1, LARGEST_DRAWING);
    byte[] ink = request.bytes();
    Image drawing = checked(() -> Image.of(1, height, width, ink));
    TensorMessage message =
        message(request, model, model.framed(drawing), DigitFraming.isEmpty(drawing));
    model.doubt(drawing).ifPresent(text -> message.fact("doubt", text));
    return binary(message);
  }

  /** A picture file: fitted as for the model, or by frame=digit or none. */
  private Reply upload(Request request) throws IOException {
    InspectedModel model = inspected(request);
    byte[] file = request.bytes();
    String frame = request.query("frame").orElse("auto");
    try {
      if (Images.pixels(file, "upload") > LARGEST_UPLOAD) {
        throw new HttpError(
            413, "upload: expects a picture of at most 16 million pixels; scale it down");
      }
      Fitted fitted =
          switch (frame) {
            case "auto" ->
                model.fitted(picture(file, model, model.network().preprocessing().framing()));
            case "digit" -> model.framedPhoto(picture(file, model, Framing.DIGIT));
            case "none" -> model.stretched(picture(file, model, Framing.STRETCH));
            default ->
                throw new HttpError(
                    400, "upload: expects frame digit, none or auto, got \"" + frame + "\"");
          };
      TensorMessage message = message(request, model, fitted.image(), false);
      fitted.doubt().ifPresent(text -> message.fact("doubt", text));
      return binary(message);
    } catch (DataException undecodable) {
      throw new HttpError(422, String.valueOf(undecodable.getMessage()));
    }
  }

  private static Image picture(byte[] file, InspectedModel model, Framing framing)
      throws DataException {
    return Images.read(file, "upload", model.network().graph().input(), framing);
  }

  private static Reply look(Request request, InspectedModel model, Image image) {
    return binary(message(request, model, image, false));
  }

  private static Image fitted(InspectedModel model, Request request) throws IOException {
    Shape shape = model.network().graph().input();
    byte[] pixels = request.bytes();
    return checked(() -> Image.of(shape.size(0), shape.size(1), shape.size(2), pixels));
  }

  private static TensorMessage message(
      Request request, InspectedModel model, Image image, boolean empty) {
    ForwardTrace trace = model.forward(image);
    TensorMessage message =
        new TensorMessage()
            .fact("pixels", base64(image))
            .fact("empty", empty)
            .fact("logits", trace.logits())
            .fact("scores", trace.scores());
    model.words(image).ifPresent(words -> message.fact("words", words));
    trace.names().stream()
        .filter(wanted(request))
        .forEach(name -> message.array(name, trace.value(name)));
    return message;
  }

  static Calculator.Position position(Request request) {
    return new Calculator.Position(
        request.query("node").orElse(""),
        request.number("channel", 0, LARGEST_NUMBER),
        request.number("i", 0, LARGEST_NUMBER, 0),
        request.number("j", 0, LARGEST_NUMBER, 0));
  }

  /** The requested nodes, separated by commas; all by default. */
  static Predicate<String> wanted(Request request) {
    return request
        .query("nodes")
        .<Predicate<String>>map(names -> Set.copyOf(List.of(names.split(",", -1)))::contains)
        .orElse(name -> true);
  }

  private static Reply number(Request request, InspectedModel model, Image image) {
    Calculator.Position position = position(request);
    int strongest = request.number("strongest", 1, 1000, STRONGEST);
    Calculator calculator = new Calculator(model.network(), model.forward(image));
    Calculation calculation = checked(() -> calculator.of(position, strongest));
    String kind = calculation.getClass().getSimpleName();
    return Reply.json(Map.of("kind", kind, "calculation", calculation));
  }

  private static Reply overlay(Request request, InspectedModel model, Image image) {
    int label = request.number("label", 0, LARGEST_NUMBER);
    Subject subject = Subject.of(model.network(), image, Workers.of(1), KernelSet.fastest());
    Shape input = model.network().graph().input();
    String kind = request.query("kind").orElse("");
    HeatMap map =
        switch (kind) {
          case "occlusion" -> checked(() -> Occlusion.suiting(input).of(subject, label));
          case "grad-cam" -> gradCam(model, subject, label);
          default ->
              throw new HttpError(
                  400, "overlay: expects kind grad-cam or occlusion, got \"" + kind + "\"");
        };
    HeatMap resized = map.resized(input.size(1), input.size(2));
    double[] values = new double[input.size(1) * input.size(2)];
    for (int k = 0; k < values.length; k++) {
      values[k] = resized.get(k / input.size(2), k % input.size(2));
    }
    return Reply.json(Map.of("largest", map.largest(), "values", values));
  }

  private static HeatMap gradCam(InspectedModel model, Subject subject, int label) {
    String layer =
        GradCam.lastMaps(model.network().graph())
            .orElseThrow(
                () ->
                    new HttpError(
                        422,
                        "grad-cam: expects a network with a convolution, got one without; try occlusion"));
    return checked(() -> GradCam.of(subject, label, layer));
  }
}
