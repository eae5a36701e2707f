package io.fovea.studio.runs;

import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.studio.runs.StepReplays.StepQuestion;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The requests on a step of a run, or a weight's biography; {@link StepReplays} answers with what
 * {@code fovea replay --json} prints.
 *
 * @param flags flags of every command
 */
public record StepRoutes(StepReplays replays, List<String> flags) implements Routes {
  private static final int LONGEST_WEIGHT = 200;

  @Override
  public void register(Router<Handler> router) {
    router.post("/api/runs/{run}/steps", this::ask);
    router.get(
        "/api/runs/{run}/steps",
        request ->
            replays.look(
                question(
                    request,
                    request.query("step").orElse(""),
                    request.query("weight").orElse(""))));
    router.post("/api/runs/{run}/steps/stop", this::stop);
  }

  private static StepQuestion question(Request request, String step, String weight) {
    if (!step.matches("-?\\d{1,18}") && (!step.isEmpty() || weight.isEmpty())) {
      throw new HttpError(400, "--step: expects a whole number, got \"%s\"".formatted(shown(step)));
    }
    if (weight.length() > LONGEST_WEIGHT || weight.chars().anyMatch(Character::isISOControl)) {
      throw new HttpError(
          400,
          "--weight: expects a parameter and an element, such as conv1.weight[3,0,2,2], got \"%s\""
              .formatted(shown(weight)));
    }
    return new StepQuestion(request.segment("run"), step, weight);
  }

  private static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private Reply ask(Request request) throws IOException {
    JsonNode wish = request.json();
    StepQuestion question =
        question(request, wish.path("step").asString(""), wish.path("weight").asString(""));
    try {
      return replays.ask(question, flags);
    } catch (UnsupportedOperationException none) {
      throw new HttpError(501, String.valueOf(none.getMessage()));
    }
  }

  private Reply stop(Request request) {
    replays.stop(request.segment("run"));
    return Reply.json(Map.of());
  }
}
