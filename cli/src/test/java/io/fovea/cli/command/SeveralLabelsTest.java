package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import io.fovea.format.Models;
import io.fovea.network.AnswerRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Photos with several labels each, from training to the answer. */
@Tag("widths")
class SeveralLabelsTest {
  @TempDir private static Path shared;
  private static String pairs = "";
  private static Path model = Path.of("");
  private static CommandRun trained = new CommandRun(0, "", "");
  @TempDir Path folder;

  @BeforeAll
  static void train() throws IOException {
    pairs =
        SmallData.digitPairs(shared.resolve("pairs"), SmallData.digits(), 500, List.of("0", "1"))
            .toString();
    model = shared.resolve("model");
    trained =
        fovea(
            "train %s --loss sigmoid --model pooled-bn --epochs 12 --validation 0.2 --lr 0.05 --out %s",
            pairs, model);
    trained.done();
  }

  private static double number(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern + " in " + text).isTrue();
    return Double.parseDouble(found.group(1));
  }

  @Test
  void train_screenAndFiles_sayMeanApAndNeverAccuracy() throws IOException {
    assertThat(number(trained.out(), "test mean AP (\\d+\\.\\d+) %")).isGreaterThan(80);
    assertThat(trained.err())
        .containsPattern("epoch 12/12  train [\\d.]+  val [\\d.]+ mAP [\\d.]+%  test ")
        .contains("thresholds: the best F1 of each class on 80 validation images");
    assertThat(trained.out()).doesNotContain("accuracy");
    assertThat(Files.readString(model.resolve("report.html")))
        .contains("test mean AP", "validation mean AP", "Class by class", "threshold")
        .doesNotContain(
            "test accuracy", "validation accuracy", "Accuracy after", "confusion matrix");
    assertThat(Files.readString(model.resolve("metrics.jsonl")))
        .contains("\"validationMeanAP\":", "\"testMeanAP\":")
        .doesNotContain("validationAccuracy", "testAccuracy");
  }

  @Test
  void eval_hasEachClass_andNoConfusions() throws IOException {
    CommandRun eval = fovea("eval %s %s", model, pairs).done();
    assertThat(eval.out())
        .containsPattern("mean AP [\\d.]+ %, loss [\\d.]+, 100 images")
        .containsPattern("class +images +AP +threshold +precision +recall +F1")
        .doesNotContain("accuracy", "predicted");
    JsonNode json = fovea("eval %s %s --json", model, pairs).json();
    assertThat(json.path("meanAP").asDouble()).isGreaterThan(0.8);
    AnswerRule.SeveralLabels rule =
        (AnswerRule.SeveralLabels) Models.load(model.resolve("best.safetensors")).answers().get();
    JsonNode one = json.path("perClass").get(1);
    assertThat(one.path("label").asString()).isEqualTo("1");
    assertThat(one.path("threshold").asDouble())
        .isEqualTo(rule.thresholds().get(1))
        .isNotEqualTo(0.5);
    assertThat(one.path("f1").asDouble()).isGreaterThan(0.7);
  }

  @Test
  void predict_namesAllClassesAboveTheirThresholds() throws IOException {
    List<String> lines = Files.readAllLines(Path.of(pairs));
    List<String> command = new ArrayList<>(List.of("predict", model.toString()));
    for (int i = 0; i < 400; i++) {
      command.add(Path.of(pairs).resolveSibling(i + ".png").toString());
    }
    CommandRun run = CommandRun.of(command);
    List<String> answers = run.out().lines().toList();
    int right = 0;
    int both = 0;
    for (int i = 0; i < 400; i++) {
      String label = lines.get(i + 1).split(",", -1)[1];
      String answer = answers.get(i).replaceFirst(".* -> ", "").replace("1 and 0", "0 and 1");
      right += answer.equals(label.isEmpty() ? "none" : label.replace(";", " and ")) ? 1 : 0;
      both += answer.equals("0 and 1") ? 1 : 0;
    }
    assertThat(right).as(run.out()).isGreaterThan(340);
    assertThat(both).isPositive();
    command.add("--json");
    JsonNode first = Json.read(CommandRun.of(command).out()).get(0);
    assertThat(first.path("answer").isArray()).isTrue();
    assertThat(first.has("unlike")).isFalse();
    assertThat(first.path("probabilities").size()).isEqualTo(2);
  }

  @Test
  void explain_saysWhatPredictDoes() throws IOException {
    Path photo = Path.of(pairs).resolveSibling("0.png");
    String predicted = fovea("predict %s %s", model, photo).out().strip();
    assertThat(predicted).contains(" -> ");
    assertThat(photo + "  " + fovea("explain %s %s --out %s", model, photo, folder).out())
        .startsWith(predicted + "\n");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("The answer is <bdi>%s.</bdi>".formatted(predicted.replaceFirst(".* -> ", "")));
  }

  @Test
  void train_pretrained_needsStepsOfItsOwn() {
    String backbone = model.resolve("best.safetensors").toString();
    CommandRun fitted = train("--pretrained %s --model pooled-bn --loss sigmoid", backbone);
    assertThat(fitted.lastError())
        .startsWith(
            "fovea: --pretrained: expects images of one label each, got several in pairs train; give"
                + " --loss sigmoid --pretrained "
                + backbone
                + " --fine-tune EPOCHS");
    CommandRun chosen = train("--pretrained %s --model pooled-bn --candidates frozen", backbone);
    assertThat(chosen.lastError())
        .startsWith("fovea: --candidates: expects images of one label each, got several in pairs");
    CommandRun tuned =
        train(
                "--pretrained %s --model pooled-bn --loss sigmoid --fine-tune 2 --augment none",
                backbone)
            .done();
    assertThat(tuned.out()).containsPattern("test mean AP [\\d.]+ %");
    assertThat(tuned.err())
        .contains(
            "thresholds: 0.5 for each class, since no images are held out; --validation FRACTION measures them");
  }

  private CommandRun train(String flags, Object... values) {
    List<String> args = words("train %s --out %s", pairs, folder.resolve("run"));
    args.addAll(words(flags, values));
    return CommandRun.of(args);
  }

  @Test
  void train_withoutSigmoid_isRefused() {
    for (String loss : List.of("cross-entropy", "squared")) {
      train("--loss " + loss)
          .refused(
              2,
              "--loss: expects sigmoid, since pairs train has images of several labels, got %s; give --loss sigmoid..."
                  .formatted(loss));
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
