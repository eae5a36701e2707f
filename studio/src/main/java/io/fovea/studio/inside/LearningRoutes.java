package io.fovea.studio.inside;

import io.fovea.dataset.Image;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.optim.Sgd;
import io.fovea.studio.inside.InspectedModel.DescentStep;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The backward pass of the look-inside page: gradients, their terms, and steps. */
public record LearningRoutes(InsideRoutes inside) implements Routes {
  private static final int MOST_STEPS = 10;

  @Override
  public void register(Router<Handler> router) {
    router.post("/api/inside/backward", inside.pictured(LearningRoutes::backward));
    router.post("/api/inside/gradient", inside.pictured(LearningRoutes::gradient));
    router.post("/api/inside/descent", inside.pictured(LearningRoutes::descent));
  }

  private static int label(Request request) {
    return request.number("label", 0, InsideRoutes.LARGEST_NUMBER);
  }

  private static Reply backward(Request request, InspectedModel model, Image image) {
    float rate = number(request, "rate", "a learning rate such as 0.01");
    BackwardTrace trace = InsideRoutes.checked(() -> model.backward(image, label(request), rate));
    Predicate<String> wanted = InsideRoutes.wanted(request);
    Map<String, Double> norms = new LinkedHashMap<>();
    TensorMessage message =
        new TensorMessage()
            .fact("loss", trace.loss())
            .fact("lossAfter", trace.lossAfter())
            .fact("before", trace.before().scores())
            .fact("after", trace.after().scores())
            .fact("norms", norms);
    trace.before().names().stream()
        .filter(wanted)
        .forEach(name -> message.array("value:" + name, trace.gradient(name)));
    for (String name : trace.parameters()) {
      float[] gradient = trace.parameterGradient(name);
      norms.put(name, norm(gradient));
      if (gradient.length <= InsideRoutes.MOST_VALUES
          && wanted.test(name.substring(0, name.lastIndexOf('.')))) {
        message.array("gradient:" + name, gradient);
        message.array("stepped:" + name, trace.stepped().values(name));
      }
    }
    return InsideRoutes.binary(message);
  }

  /** The terms of the gradient of a value, or, with {@code weight}, of a weight. */
  private static Reply gradient(Request request, InspectedModel model, Image image) {
    int label = label(request);
    int strongest = request.number("strongest", 1, 1000, InsideRoutes.STRONGEST);
    BackwardTrace trace = InsideRoutes.checked(() -> model.backward(image, label, 0));
    GradientCalculator calculator =
        new GradientCalculator(model.network(), trace, label, strongest);
    Optional<String> weight = request.query("weight");
    if (weight.isPresent()) {
      String name = weight.get();
      int index = request.number("index", 0, InsideRoutes.LARGEST_NUMBER);
      GradientSource source = InsideRoutes.checked(() -> calculator.ofWeight(name, index));
      float w = model.network().weights().values(name)[index];
      return working(trace.parameterGradient(name)[index], List.of(source), Map.of("weight", w));
    }
    Calculator.Position at = InsideRoutes.position(request);
    List<GradientSource> sources = InsideRoutes.checked(() -> calculator.ofValue(at));
    return working(trace.gradient(at.node())[trace.before().index(at)], sources, Map.of("at", at));
  }

  private static Reply working(
      float gradient, List<GradientSource> sources, Map<String, Object> facts) {
    Map<String, Object> all = new LinkedHashMap<>(facts);
    all.put("gradient", gradient);
    all.put("sum", sources.stream().mapToDouble(GradientSource::sum).sum());
    all.put(
        "sources",
        sources.stream()
            .map(each -> Map.of("kind", each.getClass().getSimpleName(), "source", each))
            .toList());
    return Reply.json(all);
  }

  private static Reply descent(Request request, InspectedModel model, Image image) {
    float rate = number(request, "rate", "a learning rate such as 0.01");
    float momentum = number(request, "momentum", "a momentum such as 0.9");
    int steps = request.number("steps", 1, MOST_STEPS, 1);
    String weight = request.query("weight").orElse("");
    int index = request.number("index", 0, InsideRoutes.LARGEST_NUMBER);
    Sgd optimizer = InsideRoutes.checked(() -> Sgd.of(rate).momentum(momentum));
    List<DescentStep> all =
        InsideRoutes.checked(
            () -> model.descend(image, label(request), optimizer, steps, weight, index));
    return Reply.json(Map.of("steps", all));
  }

  private static float number(Request request, String name, String expected) {
    String text = request.query(name).orElse("");
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException none) {
      throw new HttpError(400, "backward: expects " + expected + ", got \"" + text + "\"");
    }
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
